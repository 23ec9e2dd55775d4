/// The promises of replication (DESIGN.md section 6), each as a class that can fail.
///
/// A [Checker] is told what happens, by the simulator and never by the code under test: what was
/// handed to which log, which sync returned, which ballot is on which disk, what was put on the
/// wire. From that the [Mirrors] know, without reading a disk, what every log must hold; the
/// checkers compare. After each restart, and at the end, the mirrors are compared with the disks.
///
/// A broken promise is a [Violation]; it ends the run at the event that broke it. Each checker
/// costs little per event, because it looks only at what the event changed.
package io.tidemark.simulator.check;
