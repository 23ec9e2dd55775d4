package io.tidemark.benchmarks.replicated.member;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.exceptions.TimeoutException;
import io.aeron.logbuffer.Header;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/// A client of an Aeron Cluster; its thread looks for the echoes itself.
final class AeronProducer implements Producer, EgressListener {
  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Outcomes outcomes;
  private final AeronCluster.Context context;
  private final UnsafeBuffer record = new UnsafeBuffer();
  private final IdleStrategy idle = AeronMember.idle();
  private AeronCluster cluster;
  private long keptAlive = System.nanoTime();

  private AeronProducer(Outcomes outcomes, AeronCluster.Context context) {
    this.outcomes = outcomes;
    this.context = context.egressListener(this);
    this.cluster = AeronCluster.connect(context.clone());
  }

  /// In the leader's process, without the network.
  static AeronProducer overIpc(String shared, Outcomes outcomes) {
    return new AeronProducer(
        outcomes,
        new AeronCluster.Context()
            .aeronDirectoryName(shared)
            .ingressChannel("aeron:ipc")
            .egressChannel("aeron:ipc"));
  }

  /// Anywhere; it finds the leader itself.
  static AeronProducer overUdp(String shared, Layout layout, Outcomes outcomes) {
    return new AeronProducer(
        outcomes,
        new AeronCluster.Context()
            .aeronDirectoryName(shared)
            .ingressChannel("aeron:udp")
            .ingressEndpoints(
                layout
                    .servers()
                    .mapToObj(i -> i + "=" + layout.address(i, 0))
                    .collect(Collectors.joining(",")))
            .egressChannel(AeronMember.udp(Layout.HOST + ":0")));
  }

  @Override
  public boolean append(byte[] payload) {
    if (cluster.isClosed() && !connect()) {
      return false;
    }
    record.wrap(payload);
    return cluster.offer(record, 0, payload.length) > 0;
  }

  /// A client gives up when no new leader is heard of in its time.
  private boolean connect() {
    try {
      cluster = AeronCluster.connect(context.clone());
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Override
  public void await(Outcomes unused, long seen, long nanos) {
    long began = System.nanoTime();
    while (outcomes.ended() <= seen && !cluster.isClosed() && System.nanoTime() - began < nanos) {
      idle.idle(cluster.pollEgress());
    }
    idle.reset();
    if (!cluster.isClosed() && System.nanoTime() - keptAlive > KEEP_ALIVE_NANOS) {
      keptAlive = System.nanoTime();
      cluster.sendKeepAlive();
    }
  }

  @Override
  public void onMessage(
      long sessionId, long timestamp, DirectBuffer buffer, int offset, int length, Header header) {
    outcomes.acknowledged(1);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
