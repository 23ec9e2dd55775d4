package io.tidemark.log;

import io.tidemark.foundation.Check;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Which records a cursor shows. What the header of a batch can decide is decided there, and its
/// body is not touched.
///
/// @param uptoLsn no record above it
/// @param sinceMicros no batch older than it
/// @param untilMicros no batch that is not older than it
/// @param type records of this type only
/// @param key records of this stream only
/// @param stamped records with a [Stamp] only
/// @param appended whether records are shown that are appended and not durable yet: they may be
///   gone after a power cut
public record Selection(
    long uptoLsn,
    long sinceMicros,
    long untilMicros,
    OptionalInt type,
    OptionalLong key,
    boolean stamped,
    boolean appended) {
  /// Every durable record.
  public static final Selection ALL =
      new Selection(
          Long.MAX_VALUE,
          0,
          Long.MAX_VALUE,
          OptionalInt.empty(),
          OptionalLong.empty(),
          false,
          false);

  public Selection {
    Check.argument(sinceMicros <= untilMicros, "since %d until %d", sinceMicros, untilMicros);
  }

  /// The same up to `lsn`.
  public Selection upto(long lsn) {
    return new Selection(lsn, sinceMicros, untilMicros, type, key, stamped, appended);
  }

  /// The same of batches with a time from `since` on and before `until`.
  public Selection between(long since, long until) {
    return new Selection(uptoLsn, since, until, type, key, stamped, appended);
  }

  /// The same of one type.
  public Selection ofType(int only) {
    return new Selection(
        uptoLsn, sinceMicros, untilMicros, OptionalInt.of(only), key, stamped, appended);
  }

  /// The same of one stream.
  public Selection ofStream(long only) {
    return new Selection(
        uptoLsn, sinceMicros, untilMicros, type, OptionalLong.of(only), stamped, appended);
  }

  /// The same, with records that are not durable yet.
  public Selection withAppended() {
    return new Selection(uptoLsn, sinceMicros, untilMicros, type, key, stamped, true);
  }

  /// The same of those that have a [Stamp].
  public Selection ofProducers() {
    return new Selection(uptoLsn, sinceMicros, untilMicros, type, key, true, appended);
  }

  boolean selects(FrameWalk batch) {
    return batch.timeMicros() >= sinceMicros
        && batch.timeMicros() < untilMicros
        && (!stamped || batch.stamped());
  }

  boolean selects(RecordWalk record) {
    return (type.isEmpty() || type.getAsInt() == record.type())
        && (key.isEmpty() || (record.keyed() && key.getAsLong() == record.key()))
        && (!stamped || record.stamped());
  }
}
