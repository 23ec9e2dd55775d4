package io.tidemark.protocol;

/// The end of a leadership that loses nothing (Ongaro's thesis, 3.10): no more records, until the
/// heir has all of them durably and they are committed; then it is told to stand.
final class HandOver {
  private final Standing standing;
  private final PeerProgress heir;
  private int ticksLeft;
  private boolean held;
  private boolean told;

  private HandOver(Standing standing, PeerProgress heir) {
    this.standing = standing;
    this.heir = heir;
    this.ticksLeft = 2 * standing.config.electionTicks();
  }

  static HandOver to(PeerProgress heir, Standing standing) {
    standing.emit(new Effect.HoldAppends(standing.epoch()));
    return new HandOver(standing, heir);
  }

  /// The writer appends nothing more.
  void held() {
    held = true;
    advance();
  }

  PeerProgress heir() {
    return heir;
  }

  /// Whether the writer said so. One that does not is stuck.
  boolean isHeld() {
    return held;
  }

  /// The heir, or the commit point, has come further.
  void advance() {
    if (!told) {
      tell();
    }
  }

  /// False when it took too long. What was said may be lost, so it is said again.
  boolean tick() {
    tell();
    ticksLeft--;
    return ticksLeft > 0;
  }

  private void tell() {
    if (held
        && heir.durable() >= standing.lastLsn()
        && standing.committed() == standing.lastLsn()) {
      told = true;
      standing.send(heir.peer(), new Message.StandNow(standing.epoch()));
    }
  }
}
