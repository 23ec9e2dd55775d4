/// What contenders are asked to do, each a [Work]; [Works] lists them, [Scale] says how much.
///
/// | work | class | bare limit |
/// | --- | --- | --- |
/// | durable appends, 1, 16, 256 outstanding; not synced; over partitions | `Append` | the same batches, encoded beforehand, into preallocated files |
/// | read back | `ReadBack`, `Filled` | a CRC32C pass over a file of the same batches |
/// | verify all | `Verify`, `Filled` | the same |
/// | open after `kill -9` | `Reopen`, `Victim` | none |
/// | page cache | `PageCache`, `Residency` | what it wrote |
/// | space | `Space`, `Filled` | the batches |
///
/// Every work deletes what it wrote: after each turn, or after its last where rounds share what
/// takes long to write.
package io.tidemark.benchmarks.work;
