package io.tidemark.log.verify;

/// Looks on while a directory is read, in the order of the log. It keeps nothing it is shown.
///
/// It is shown what is sound, also behind damage: a batch whose LSN is not the next one follows a
/// gap.
public interface Visitor {
  /// One that does not look.
  Visitor NONE = new Visitor() {};

  /// A segment begins.
  default void segment(Header header) {}

  /// The newest whole note of the segment.
  default void note(Note note) {}

  /// A mark.
  default void mark(Mark mark) {}

  /// A whole batch.
  default void batch(BatchSeen batch) {}

  /// The segment's footer, if it has one that is whole.
  default void footer(Footer footer) {}
}
