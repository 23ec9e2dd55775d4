package io.tidemark.protocol;

/// From record `lsn`, written in `epoch`, on these are the members; LSN 0 is before the first
/// record. It holds as soon as that record is in the log, committed or not (Ongaro's thesis, 4.1).
public record Membership(long lsn, long epoch, Members members) {}
