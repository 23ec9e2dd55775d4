package io.tidemark.simulator;

import io.tidemark.log.Batch;
import io.tidemark.log.RecordData;
import io.tidemark.protocol.Members;
import io.tidemark.protocol.Membership;
import io.tidemark.protocol.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The changes of members that batches carry.
final class LoggedMembers {
  private LoggedMembers() {}

  /// The core learns of the members in `batches` from their bytes.
  static Message toldBy(Message message, List<Batch> batches) {
    return message instanceof Message.Batches m
        ? new Message.Batches(
            m.epoch(), m.prevLsn(), m.prevEpoch(), m.runs(), m.committed(), in(batches))
        : message;
  }

  static List<Membership> in(List<Batch> batches) {
    List<Membership> found = new ArrayList<>();
    for (Batch batch : batches) {
      batch
          .only(RecordData.MEMBERS)
          .map(payload -> Members.parse(StandardCharsets.UTF_8.decode(payload).toString()))
          .ifPresent(m -> found.add(new Membership(batch.baseLsn(), batch.epoch(), m)));
    }
    return found;
  }
}
