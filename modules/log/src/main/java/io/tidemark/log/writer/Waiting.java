package io.tidemark.log.writer;

/// Who waits for the outcome of a record. It goes through the ring beside its record; one of a
/// group that is appended as one goes beside the last.
public interface Waiting {
  /// The record is appended, not synced yet, as number `lsn` in `epoch`; told before anything else.
  void numbered(long lsn, long epoch);

  /// Its records with `fromLsn` and above were surely not appended. May be told again, for the same
  /// record by its producer and by the writer, and for each of several.
  void refused(long fromLsn, Refusal reason, String detail);

  /// Nobody here knows whether the record will be there.
  void unknown(String detail);
}
