package io.tidemark.benchmarks.replicated.member;

import java.util.Optional;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/// A client of Apache Ratis with its asynchronous calls; it finds the leader itself.
final class RatisClientMember implements Member {
  private final RaftClient client;

  RatisClientMember(Layout layout) {
    client =
        RaftClient.newBuilder()
            .setRaftGroup(RatisGroup.of(layout))
            .setProperties(RatisGroup.properties())
            .build();
  }

  @Override
  public Optional<Producer> producer(Outcomes outcomes) {
    return Optional.of(
        payload -> {
          Message message = Message.valueOf(UnsafeByteOperations.unsafeWrap(payload));
          client
              .async()
              .send(message)
              .whenComplete(
                  (reply, failure) -> {
                    if (failure != null) {
                      outcomes.failed(failure.toString());
                    } else if (reply.isSuccess()) {
                      outcomes.acknowledged(1);
                    } else {
                      outcomes.failed(String.valueOf(reply.getException()));
                    }
                  });
          return true;
        });
  }
}
