package io.tidemark.runtime;

import io.tidemark.foundation.NodeId;
import io.tidemark.log.repair.Enquiry;
import io.tidemark.log.repair.Repair;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the other nodes, one after the other and again, for what a damaged log lacks. Used by the
/// replica's thread.
final class RepairQuestions {
  private static final Logger LOG = LoggerFactory.getLogger(RepairQuestions.class);

  private final int partition;
  private final Links links;
  private Set<NodeId> peers;
  private Enquiry enquiry;

  RepairQuestions(int partition, Links links) {
    this.partition = partition;
    this.links = links;
    askThoseThereAre();
  }

  private void askThoseThereAre() {
    peers = links.byNode().keySet();
    enquiry = new Enquiry(List.copyOf(peers));
  }

  /// Whether there is nobody to ask.
  boolean isAlone() {
    return links.byNode().isEmpty();
  }

  /// Time has passed; whether to [#ask].
  boolean tick() {
    if (!links.byNode().keySet().equals(peers)) {
      askThoseThereAre();
      return !isAlone();
    }
    return enquiry.tick();
  }

  /// Asks who is next for what is `wanted`, if it is time to. Returns whether everybody was asked
  /// in vain, for other reasons than the last time.
  boolean ask(Repair.Wanted wanted) {
    boolean inVain = enquiry.inVain().map(who -> sayInVain(wanted, who)).orElse(false);
    if (enquiry.isDue() && !peers.isEmpty()) {
      enquiry.asks();
      links.repair(
          enquiry.asked(), partition, new RepairWire.Ask(wanted.fromLsn(), wanted.uptoLsn()));
    }
    return inVain;
  }

  private boolean sayInVain(Repair.Wanted wanted, String who) {
    LOG.error(
        "partition {} lacks LSN {}..{} and finds it nowhere: {}; goes on asking",
        partition,
        wanted.fromLsn(),
        wanted.uptoLsn(),
        who);
    return true;
  }

  /// Whether all others say that they do not have what was asked for last.
  boolean nobodyHas() {
    return enquiry.nobodyHas();
  }

  /// Whether `answer` is to the last question; who has nothing is not asked on.
  boolean isAnswer(NodeId from, RepairWire.Answer answer, Repair.Wanted wanted) {
    if (!enquiry.awaits(from) || answer.fromLsn() != wanted.fromLsn()) {
      return false;
    }
    if (answer.batches().isEmpty()) {
      enquiry.hasNot();
    } else {
      enquiry.answered();
    }
    return true;
  }

  /// What was answered was tried; `refusal` says why it is not what was lost, empty if it may be.
  void tried(String refusal) {
    if (peers.isEmpty()) {
      return;
    }
    if (refusal.isEmpty()) {
      enquiry.has();
    } else {
      LOG.warn("partition {}: node {} has other records: {}", partition, enquiry.asked(), refusal);
      enquiry.refused();
    }
  }
}
