/// What the log costs above the bare work it stands for; both sides in one run.
///
/// # The method
///
/// Absolute times of a shared machine are noise, so a figure here is a ratio. [Comparison] measures
/// the sides of one work in turn, A B C A B C, and takes the median of the ratios of the rounds, so
/// that what disturbs one side disturbs its neighbour too. The quartiles beside the ratio say how
/// much is left: where they are far apart, the ratio is not worth quoting.
///
/// Each measurement is a JMH run of its own, on fresh files: one iteration to warm up, three that
/// count, each a fixed amount of work. JMH's own order, all of one benchmark and then all of the
/// next, minutes later, is what turning avoids. The price is that there are no forks: all runs
/// share one JVM and its compiled code, and the first rounds are thrown away for that. The raw JSON
/// has JMH's figures of every counted run.
///
/// # The sides
///
/// | work | bare | log | actor |
/// | --- | --- | --- | --- |
/// | [DurableAppend] | writes and syncs one encoded batch of one record | encodes, appends, syncs | a [Producer] sends the next record when it has the outcome of the last |
/// | [DurableStream] | writes and syncs encoded batches of 256 | encodes, appends, syncs 256 at a time | a [Producer] keeps 256 outstanding |
/// | [SequentialRead] | CRC32C over the segment file through a buffer | every batch by `Log.read`, verified | |
///
/// The bare loop writes by position into a preallocated, zeroed file and syncs with
/// `FileChannel.force(false)`. Its batches were encoded beforehand, and it writes no marks; so the
/// encoding and the marks are on the log's account. The actor side asks for `LOCAL` and uses no
/// ask, so a wait by future is not in it, but starting the producer and its last answer are, once
/// in 200 or 8,192 records.
///
/// # What is not in it
///
/// No log rolls during a measurement: that zeroes and syncs a new segment, 64 MiB by default, which
/// a bare loop on one file never does. What 256 outstanding appends sustain for minutes is lower
/// than the table says.
package io.tidemark.benchmarks;
