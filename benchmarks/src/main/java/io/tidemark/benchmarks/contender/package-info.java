/// Who is compared, each behind [Contender] and [Store]; [Contenders] lists them.
///
/// | contender | classes |
/// | --- | --- |
/// | the bare limit | `Bare` |
/// | Chronicle Queue | `Chronicle` |
/// | Aeron Archive | `AeronArchiving`, `AeronStore`, `AeronRecording` |
/// | RocksDB | `RocksLog` |
/// | Tidemark, its log alone | `TidemarkLog` |
/// | Tidemark, behind an actor | `TidemarkActor`, `Producer` |
///
/// Peers run near their defaults. What differs from those is said where it is set: it makes them as
/// durable as the work says, or it fits them to a machine of few cores.
package io.tidemark.benchmarks.contender;
