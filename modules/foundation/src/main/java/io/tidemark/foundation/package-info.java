/// The words every other module shares: who ([NodeId]), under whose leadership ([EpochHistory]), by
/// which time ([Chance] for what time and luck decide in a repeatable way), and the checks that
/// stay on ([Check]). LSNs, epochs and partitions are plain `long`, `long` and `int` named by those
/// words; LSN 0 means "before the first record", epoch 0 "before the first leader".
package io.tidemark.foundation;
