package io.tidemark.transport;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the transport's thread does: it lets Aeron's driver and client work, polls the inbounds,
/// retries the outbounds that wait, and replaces an Aeron client that has closed itself.
///
/// Stages reach it by tasks. They are few: one hand-over per stage at a time, one retirement.
final class Poller implements TransportThread.Duty {
  /// How a hand-over ends.
  enum Answer {
    /// The outbound is the stage's again, its frame sent or dropped.
    READY,
    /// The transport closes.
    CLOSED
  }

  private record Waiting(Outbound outbound, AsyncCallback<Answer> answer) {}

  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
  private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Link link;
  private final List<Inbound> inbounds;
  private final Tally tally;
  private final List<Waiting> waiting = new ArrayList<>();
  private long reopenAtNs = System.nanoTime();

  Poller(Link link, List<Inbound> inbounds, Tally tally) {
    this.link = link;
    this.inbounds = inbounds;
    this.tally = tally;
  }

  /// `outbound` is the poller's until `answer` is called.
  void take(Outbound outbound, AsyncCallback<Answer> answer) {
    waiting.add(new Waiting(outbound, answer));
  }

  /// Closes `outbound`, whether it waits or not.
  void retire(Outbound outbound) {
    waiting.removeIf(each -> each.outbound() == outbound);
    outbound.close();
  }

  @Override
  public int work(long nowNs) {
    int work = link.work();
    if (link.isClientClosed() && nowNs - reopenAtNs >= 0) {
      work += reopen(nowNs);
    }
    for (Inbound inbound : inbounds) {
      work += inbound.poll(link, nowNs);
    }
    work += advance(nowNs);
    return work;
  }

  private int advance(long nowNs) {
    int before = waiting.size();
    waiting.removeIf(
        each ->
            switch (each.outbound().advance(link, nowNs)) {
              case SENT, DROPPED -> {
                each.answer().invoke(Answer.READY);
                yield true;
              }
              case WAIT, LOST -> false;
            });
    return before - waiting.size();
  }

  /// Blocks this thread for as long as a client, or a driver, takes to start: nothing else on it
  /// could go on without one.
  private int reopen(long nowNs) {
    LOG.warn("the aeron client has closed itself; connecting a new one");
    try {
      link.reopen();
      tally.clientRestarts.increment();
      return 1;
    } catch (RuntimeException e) {
      LOG.warn("no new aeron client, next try in 1 s", e);
      reopenAtNs = nowNs + REOPEN_NANOS;
      return 0;
    }
  }

  @Override
  public void end() {
    inbounds.forEach(Inbound::end);
    waiting.clear(); // the transport tells all its stages, the waiting ones among them
  }
}
