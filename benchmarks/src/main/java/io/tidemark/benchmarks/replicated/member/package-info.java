/// What runs in the processes that are measured: one [Member] of one side, told by lines on its
/// standard input what to do.
///
/// | line | answer |
/// | --- | --- |
/// | `leads` | `true` or `false`: whether this member takes appends now |
/// | `drive BYTES OUTSTANDING MILLIS` | `driven RECORDS NANOS P50 P99`, see [Drive] |
/// | | or `disturbed REASON`: a record was not acknowledged |
/// | `load BYTES OUTSTANDING` | none; it appends, and takes other lines meanwhile |
/// | `unload` | as that of `drive`, of all since `load`; `disturbed` may come before |
/// | `led` | `led COUNT`: partitions it leads |
/// | `durable` | `durable LSN`: how far its log is durable here; 0 of who does not tell |
/// | `keep BYTES` | `kept`: from now on it deletes the oldest records beyond that, now and then |
/// | `epoch` | `epoch EPOCH`: the highest that it has promised |
/// | `slow MILLIS` | `slowed`: every sync of its disk takes so much longer from now on |
/// | `watch BYTES` | `watching`: a producer is open and kept alive, nothing is appended |
/// | `probe` | `acknowledged`, as soon as one of the records it now appends is |
/// | `stop` | `stopped`: watching or probing is over |
///
/// A member whose standard input ends halts: nobody outlives the benchmark. What libraries print
/// goes to standard error, so that standard output holds answers only.
package io.tidemark.benchmarks.replicated.member;
