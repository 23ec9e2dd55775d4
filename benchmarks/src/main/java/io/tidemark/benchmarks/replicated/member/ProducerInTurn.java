package io.tidemark.benchmarks.replicated.member;

import java.util.List;

/// Appends to each of several in turn; who has no room is passed over.
final class ProducerInTurn implements Producer {
  private final List<Producer> producers;
  private int next;

  ProducerInTurn(List<Producer> producers) {
    this.producers = producers;
  }

  @Override
  public boolean append(byte[] payload) {
    for (int tried = 0; tried < producers.size(); tried++) {
      Producer producer = producers.get(next);
      next = (next + 1) % producers.size();
      if (producer.append(payload)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    producers.forEach(Producer::close);
  }
}
