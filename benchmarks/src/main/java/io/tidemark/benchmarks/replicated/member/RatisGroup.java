package io.tidemark.benchmarks.replicated.member;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/// What servers and clients of Apache Ratis must agree on.
final class RatisGroup {
  private static final RaftGroupId ID =
      RaftGroupId.valueOf(UUID.nameUUIDFromBytes("benchmark".getBytes(StandardCharsets.US_ASCII)));

  /// The default of 100 would hold back who has 256 outstanding.
  private static final int MAX_OUTSTANDING = 1024;

  private RatisGroup() {}

  static RaftGroup of(Layout layout) {
    return RaftGroup.valueOf(
        ID,
        layout
            .servers()
            .mapToObj(
                i ->
                    RaftPeer.newBuilder()
                        .setId(Layout.name(i))
                        .setAddress(layout.address(i, 0))
                        .build())
            .toList());
  }

  static RaftProperties properties() {
    RaftProperties properties = new RaftProperties();
    RaftClientConfigKeys.Async.setOutstandingRequestsMax(properties, MAX_OUTSTANDING);
    return properties;
  }
}
