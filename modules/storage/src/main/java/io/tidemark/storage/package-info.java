/// The seam between Tidemark and the disk.
///
/// [Directory] and [StoredFile] are the whole contract; nothing else in Tidemark names a file
/// channel. There are two implementations from the first day: [FileSystemDirectory] on a real file
/// system, and the simulated disk of `simkit`, which forgets what was not synced and fails on
/// request.
///
/// The seam is raw on purpose: create, write, sync a file, sync a directory, rename and delete are
/// separate steps, because each of them can be the last one before the power goes. [DurableNames]
/// composes them in the only orders that survive that; everybody else calls it instead of the raw
/// steps.
package io.tidemark.storage;
