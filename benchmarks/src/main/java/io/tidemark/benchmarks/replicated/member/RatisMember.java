package io.tidemark.benchmarks.replicated.member;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;

/// A server of Apache Ratis over gRPC with default properties, whose state is the number of bytes
/// that were applied. Its log is synced before an index counts as flushed, which is what a majority
/// is counted of.
final class RatisMember implements Member {
  private final RaftServer server;
  private final RaftGroup group;

  RatisMember(Layout layout) throws IOException {
    RaftProperties properties = RatisGroup.properties();
    RaftServerConfigKeys.setStorageDir(properties, List.of(layout.own().toFile()));
    GrpcConfigKeys.Server.setHost(properties, Layout.HOST);
    GrpcConfigKeys.Server.setPort(properties, layout.port(layout.self(), 0));
    group = RatisGroup.of(layout);
    boolean isNew = Files.notExists(layout.own().resolve(group.getGroupId().getUuid().toString()));
    server =
        RaftServer.newBuilder()
            .setServerId(RaftPeerId.valueOf(layout.name()))
            .setGroup(group)
            .setProperties(properties)
            .setOption(isNew ? StartupOption.FORMAT : StartupOption.RECOVER)
            .setStateMachine(new Applied())
            .build();
    server.start();
  }

  @Override
  public boolean leads() throws IOException {
    return server.getDivision(group.getGroupId()).getInfo().isLeaderReady();
  }

  private static final class Applied extends BaseStateMachine {
    private static final CompletableFuture<Message> ANSWER =
        CompletableFuture.completedFuture(Message.EMPTY);

    private long bytes;

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
      LogEntryProto entry = transaction.getLogEntry();
      bytes += entry.getStateMachineLogEntry().getLogData().size();
      updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
      return ANSWER;
    }

    @Override
    public String toString() {
      return bytes + " bytes applied";
    }
  }
}
