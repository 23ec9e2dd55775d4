package io.tidemark.simulator;

/// The [Temper] of the moment: as drawn from the seed, then calm.
final class Sky {
  private Temper temper;

  Sky(Temper temper) {
    this.temper = temper;
  }

  Temper temper() {
    return temper;
  }

  void clear() {
    temper = temper.calm();
  }
}
