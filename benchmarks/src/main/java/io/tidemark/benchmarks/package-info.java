/// What the log costs above the bare work it stands for, and beside others who do that work.
///
/// # The map
///
/// | to read | for |
/// | --- | --- |
/// | `contender` | who is compared: the bare limit, three peers, the sides of Tidemark |
/// | `work` | what they are asked to do; `Works` has the list, `Scale` how much of it |
/// | `Comparison`, `Spread` | rounds, and the ratios of what was measured in the same round |
/// | `Table`, `Results`, `Conditions` | what a person reads, what a program reads |
/// | `replicated` | a benchmark of its own: quorum commits of three processes |
///
/// # The method
///
/// Absolute times of a shared machine are noise, so a figure here is a ratio. `Comparison` has the
/// contenders take turns, A B C, A B C, and takes the median of the ratios of the rounds, so that
/// what disturbs one disturbs its neighbour too. The quartiles beside the ratio say how much is
/// left: where they are far apart, the ratio is not worth quoting.
///
/// A turn opens a store of its own, tries out how many records take a turn's time, which warms it
/// up, and is timed as a whole: one clock reading before, one after. Then the store is closed and
/// its files are deleted, durably, so that nobody works while another is measured. The first round
/// is not counted.
///
/// # Why not JMH
///
/// It was used before. Its strength is the loop of nanoseconds, and its forks; here a turn is a
/// third of a second of system calls, and forks would take the turns minutes apart. What was left
/// was an in-process runner under a driver of our own.
///
/// # What durable means
///
/// A record counts when a power cut cannot take it. All contenders reach that by the system call
/// that a trace of a run shows after each group, and none by more:
///
/// | contender | a group of what is outstanding |
/// | --- | --- |
/// | bare | `pwrite`, `fdatasync` |
/// | Chronicle Queue | stores to mapped memory, `msync(MS_SYNC)` of the pages of the group |
/// | Aeron Archive | `pwrite`, `fdatasync` of what the archive finds in the publication, one to two times in a window |
/// | RocksDB | `write` to the write-ahead log, `fdatasync` |
/// | Tidemark log, actor | `pwrite`, `fdatasync` |
///
/// They differ in what they could tell after the power cut: Chronicle Queue has no checksums at
/// all, and Aeron Archive none by default, so neither can tell a torn record from a whole one.
///
/// # What is not in it
///
/// What a store sustains for minutes. RocksDB compacts and the disk's own cache fills after the
/// third of a second that a turn lasts.
package io.tidemark.benchmarks;
