/// Exactly once: what a log knows of who appended what, so that a record which is appended again,
/// because its producer heard nothing, is not there twice.
///
/// ```
///   records with a stamp (producer, sequence), in the order of their LSNs
///        │ fold
///        ▼
///   Producers   producer 7:  sequence 11 ─▶ LSN 204, 12 ─▶ 205, 13 ─▶ 311
///        ▲      producer 9:  sequence  0 ─▶ LSN 300
///        │ look
///   append (7, 12) ─▶ Repeat 205      (7, 14) ─▶ Fresh      (7, 16) ─▶ Gap, 14 is next
///          (7, 3)  ─▶ TooOld          (8, 5)  ─▶ Fresh: nothing is known of 8
/// ```
///
/// **A fold over the log, and nothing else.** Every replica folds what it appends, led or received,
/// and folds again after a truncation; so a new leader knows of every record that is in its log,
/// and that is every committed one. [ProducersFile] saves the fold after each segment's worth of
/// bytes and at close, and an opening goes over what came after.
///
/// **What is promised.** As long as a producer has no more records without an answer than
/// [ProducerLimits#sequences], and no more than [ProducerLimits#producers] others append between
/// its record and the retry, each of its records is in the log at most once, and a retry gets the
/// LSN of the first attempt: after a time-out, a restart, a change of leaders, a trim. What was
/// trimmed is forgotten only once the file of the base is lost as well. A producer that sends
/// several at once sends its very first alone, because whatever of an unknown one arrives first is
/// taken for its beginning.
///
/// **The road not taken** is to write this knowledge into the log, as a record at the start of each
/// segment: then a truncation could never overtake the file. But it takes an LSN and a turn of the
/// leader at every roll, and a truncation that deep is rare, and only slow.
package io.tidemark.log.producers;
