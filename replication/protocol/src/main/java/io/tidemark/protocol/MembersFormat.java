package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// The bytes of members: in the payload of a record, and of memberships in a file; little-endian.
///
/// ```
///  members:      voters u16, learners u16, then each node: length u8, name in UTF-8
///  memberships:  "TMMEMBER" u64, count u32, then each: lsn u64, epoch u64, members; crc32c of all before
/// ```
public final class MembersFormat {
  private static final long MAGIC = 0x5245424D454D4D54L;
  private static final int MOST = 1024;

  private MembersFormat() {}

  /// The payload of the record from which on `members` are the members.
  public static byte[] encode(Members members) {
    ByteBuffer bytes = little(ByteBuffer.allocate(sizeBytes(members)));
    put(bytes, members);
    return bytes.array();
  }

  /// Throws [IllegalArgumentException] if `bytes` are no members.
  public static Members decode(ByteBuffer bytes) {
    ByteBuffer from = little(bytes.slice());
    try {
      Members members = members(from);
      if (from.hasRemaining()) {
        throw new IllegalArgumentException(from.remaining() + " bytes behind the members");
      }
      return members;
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("members that end too soon", e);
    }
  }

  /// The content of a file that keeps `memberships`.
  public static ByteBuffer encode(List<Membership> memberships) {
    int bytes = memberships.stream().mapToInt(one -> 16 + sizeBytes(one.members())).sum();
    ByteBuffer file = little(ByteBuffer.allocate(12 + bytes + 4));
    file.putLong(MAGIC).putInt(memberships.size());
    for (Membership one : memberships) {
      file.putLong(one.lsn()).putLong(one.epoch());
      put(file, one.members());
    }
    return file.putInt(crc(file)).flip();
  }

  /// Throws [IllegalArgumentException], which says what is wrong, if `file` is not what was
  /// encoded.
  public static List<Membership> decodeFile(ByteBuffer file) {
    ByteBuffer from = little(file.slice());
    try {
      int found = from.getInt(from.limit() - 4);
      int computed = crc(from.duplicate().position(from.limit() - 4));
      if (from.getLong() != MAGIC || found != computed) {
        throw new IllegalArgumentException(
            "expected crc32c %08x, found %08x".formatted(computed, found));
      }
      List<Membership> memberships = new ArrayList<>();
      int count = from.getInt();
      for (int i = 0; i < count; i++) {
        memberships.add(new Membership(from.getLong(), from.getLong(), members(from)));
      }
      return memberships;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a file of " + file.remaining() + " bytes", e);
    }
  }

  private static int sizeBytes(Members members) {
    return 4 + members.all().stream().mapToInt(node -> 1 + utf8(node).length).sum();
  }

  private static void put(ByteBuffer bytes, Members members) {
    bytes.putShort((short) members.voters().size()).putShort((short) members.learners().size());
    for (NodeId node : members.all()) {
      byte[] name = utf8(node);
      bytes.put((byte) name.length).put(name);
    }
  }

  private static Members members(ByteBuffer bytes) {
    int voters = Short.toUnsignedInt(bytes.getShort());
    int learners = Short.toUnsignedInt(bytes.getShort());
    if (voters + learners > MOST) {
      throw new IllegalArgumentException(voters + learners + " members");
    }
    return new Members(nodes(bytes, voters), nodes(bytes, learners));
  }

  private static List<NodeId> nodes(ByteBuffer bytes, int count) {
    List<NodeId> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] name = new byte[Byte.toUnsignedInt(bytes.get())];
      bytes.get(name);
      nodes.add(new NodeId(new String(name, StandardCharsets.UTF_8)));
    }
    return nodes;
  }

  private static byte[] utf8(NodeId node) {
    return node.name().getBytes(StandardCharsets.UTF_8);
  }

  private static int crc(ByteBuffer upToPosition) {
    CRC32C crc = new CRC32C();
    crc.update(upToPosition.duplicate().flip());
    return (int) crc.getValue();
  }

  private static ByteBuffer little(ByteBuffer buffer) {
    return buffer.order(ByteOrder.LITTLE_ENDIAN);
  }
}
