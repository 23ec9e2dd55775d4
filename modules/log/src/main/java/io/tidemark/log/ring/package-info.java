/// An off-heap ring in front of a partition's one writing thread: many producers put records in,
/// each learns its LSN at once, and the writer takes them out as the body of a batch.
///
/// # The picture
///
/// ```
///   producer ── claim ─▶ LSN 41 ┌─────────┬─────────┬─────────┬───┬─────────┬──────────┐
///   producer ── claim ─▶ LSN 42 │ 41      │ 42      │ 43 ...  │ 0 │ 39      │ 40       │
///   producer ── claim ─▶ LSN 43 │committed│committed│ claimed │   │committed│committed │
///                               └─────────┴─────────┴─────────┴───┴─────────┴──────────┘
///     claim, fill, commit         ▲ start of the memory      tail  ▲ head
///                                                                  │
///   ◀── wasTaken, attachment ──                       drain: 39, 40, 41, 42 ──▶ a batch's body
/// ```
///
/// A record lies in the ring exactly as it will lie on disk ([io.tidemark.log.RecordFormat]), so to
/// drain is to copy. Its first word is 0 until its producer commits it, which is one release of one
/// long; the consumer stops at a zero. Whatever it took it zeroes before it gives the room back,
/// and so padding is zero without anybody writing it.
///
/// # The map
///
/// | to read | for |
/// | --- | --- |
/// | [AppendRing], [Claim], [RingConfig] | what producers and the consumer call, and the limits |
/// | `RingState` | position and LSN in one word, which is what producers race for |
/// | `Intake`, `Drain` | the two sides |
/// | `RingMemory` | every shared access, with its memory order |
/// | `Attachments` | who waits for a record, kept beside it |
///
/// # To produce
///
/// ```java
/// Claim claim = ring.newClaim();                      // once for each thread
/// long lsn = claim.open(RecordData.DATA, false, 12);
/// if (lsn > 0) {                                      // else FULL, CLOSED or TOO_LARGE
///   claim.payload().set(JAVA_INT_UNALIGNED, 0, 7);    // or claim.put(...)
///   claim.commit(waiter);
/// }
/// ```
///
/// # To consume
///
/// ```java
/// long first = ring.endLsn();
/// int bytes = ring.drain(body, 0, maxBytes, maxRecords);
/// for (long lsn = first; lsn < ring.endLsn(); lsn++) {
///   waiting.add(ring.attachment(lsn));
/// }
/// ```
///
/// # What can go wrong
///
/// - **A producer dies between claim and commit.** LSNs are dense and its record is in the middle,
///   so everything behind it waits. Nobody can commit it for the dead one, who may be only slow and
///   write a moment later. [AppendRing#stalledLsn] names it; the consumer decides how long is too
///   long, and closes the ring.
/// - **The epoch ends.** A ring lives for one. [AppendRing#close] sets a bit in the word the
///   producers race for, so there is a last claim; what was claimed and not drained is surely not
///   appended, and [AppendRing#wasTaken] and [AppendRing#wasRefused] tell each producer. The next
///   epoch has a ring of its own, so a late producer writes only into memory that nobody reads.
/// - **The ring is full.** That is an answer, never a wait.
///
/// # Roads not taken
///
/// To number records when they are drained would make the tail a plain byte count; but then a
/// producer learns its LSN only by an answer. To fetch and add instead of compare and set scales
/// further, but takes room that may not be there, and then somebody has to fill it.
package io.tidemark.log.ring;
