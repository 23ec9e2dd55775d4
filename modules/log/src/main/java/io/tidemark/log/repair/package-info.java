/// A damaged log is repaired from copies of it, to the same bytes, or not at all.
///
/// A record here is present, absent or damaged. Absent is what comes behind the end; damaged is
/// what was there, and [io.tidemark.log.Log#open] refuses to go on without it. The batches of a log
/// are a chain: each repeats the checksum of the one before, each segment the end of the one
/// before. So what is lost can be recognised when somebody brings it.
///
/// ```
///   ┌───────┬───────┐         ┌───────┬───────┐
///   │ batch │ batch │ damaged │ batch │ batch │        Stretch: up to the next sound header
///   └───────┴───────┘         └───────┴───────┘
///      run   12..17 │         │ 31..40
///                   ▼         ▲
///            follows│         │is followed by            Chain
///                 ┌─┴──┬────┬─┴──┐
///                 │ 18 │ .. │ 30 │                       from peers, in a Spool
///                 └────┴────┴────┘
/// ```
///
/// The first batch that is brought must follow what is here, each next one the one before, and the
/// last must be the one that what is here follows. Then each of them is what was here: its checksum
/// is repeated by one that is proven. What may be on the other side of a gap:
///
/// - a whole batch, or one whose header is whole, wherever it is found in the damaged file;
/// - the header of the next segment;
/// - a footer.
///
/// Blocks that the disk cannot read ([io.tidemark.log.Legible]) are damaged like any other: what
/// they held comes from others, and the file that had them is replaced.
///
/// A header, a footer, a mark or zeros that are spoilt need nobody: they are made again from the
/// batches. Nothing but a number (a mark or note says "synced through LSN n") is no proof of bytes:
/// where that is all that is left of the last batch, the log is not repaired, and says so. A record
/// with that LSN may be another one elsewhere, of another epoch, and to hold it would be to
/// acknowledge what was never acknowledged here, or to forget what was.
///
/// Because the bytes are the same there is nothing to agree on. Whoever owns the log promises
/// nothing meanwhile, and afterwards is who it was: its votes and its acknowledgements are as true
/// as before. Several replicas, each damaged elsewhere, repair each other: [Repair#read] gives what
/// is whole in a log that cannot be opened.
///
/// **In a log that is open** one segment is repaired at a time ([io.tidemark.log.DamagedSegment]),
/// by the thread that writes the log. There the end of each segment is known from memory, with its
/// checksum, so nothing is lost that cannot be recognised. The new file gets its name first and is
/// then taken into the log, as one more change of what there is to read: readers look again.
///
/// **What it changes.** Only files of the stretch that is damaged, and only by whole new files that
/// take their names (`Replacement` draws it). What they replace stays beside as `*.damaged` until
/// [Repair#tidy].
///
/// **The road not taken** is to write into the damaged file: the disk has spoilt it once, and a
/// power cut in between would leave a file that is neither. Nor to drop the log and copy it all
/// from a leader: that needs a leader, forgets what only this replica has, and gives its vote away.
///
/// | to read | for |
/// | --- | --- |
/// | [Repair], [Gap] | what it does |
/// | [io.tidemark.log.LogRemains], [io.tidemark.log.SegmentRemains] | what is left |
/// | `Stretch`, `Chain` | what is missing, and the proof |
/// | `Spool`, `Replacement`, [io.tidemark.log.SegmentRewrite] | the new files |
/// | `Salvage`, [Copies] | what others are given |
/// | [Enquiry] | whom to ask, and when again |
///
/// `RepairTest` spoils every part of a log, `LiveRepairTest` of one that is open; `RepairCrashTest`
/// cuts the power at every write.
package io.tidemark.log.repair;
