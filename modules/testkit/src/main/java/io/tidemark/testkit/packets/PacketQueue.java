package io.tidemark.testkit.packets;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Queue 0 of a network namespace: what a rule `-j NFQUEUE` sends there is held until it is
/// accepted. Without anybody at the queue it is dropped.
///
/// A message, as the kernel's `nfnetlink_queue.h` has it, in the order of this machine but where
/// noted:
///
/// ```
/// length u32 | kind u16 | flags u16 | sequence u32 | port u32 | family u8 | 0 u8 | queue u16 BE
/// then, each padded to 4 bytes:  length u16 with these four | kind u16 | content BE
/// ```
///
/// One thread.
final class PacketQueue implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int RAW_AND_CLOSED_ON_EXEC = 3 | 0x80000;
  private static final int NETLINK_NETFILTER = 12;
  private static final int DONT_WAIT = 0x40;
  private static final short POLLIN = 1;

  private static final int HEADER_BYTES = 20;
  private static final short PACKET = 3 << 8;
  private static final short VERDICT = 3 << 8 | 1;
  private static final short CONFIG = 3 << 8 | 2;
  private static final short REQUEST = 1;

  private static final short CONFIG_COMMAND = 1;
  private static final short CONFIG_COPY = 2;
  private static final short CONFIG_LENGTH = 3;
  private static final short PACKET_HEADER = 1;
  private static final short VERDICT_HEADER = 2;
  private static final short PAYLOAD = 10;

  private static final int LONGEST_PACKET = 0xFFFF;
  private static final int MOST_HELD = 1 << 16;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment poll = arena.allocate(8, 4);
  private final MemorySegment received = arena.allocate(2 * LONGEST_PACKET, 8);
  private final ByteBuffer message;
  private final int socket;

  private PacketQueue(int socket) {
    this.socket = socket;
    message = arena.allocate(2 * LONGEST_PACKET, 8).asByteBuffer().order(ByteOrder.nativeOrder());
    poll.set(ValueLayout.JAVA_INT, 0, socket);
    poll.set(ValueLayout.JAVA_SHORT, 4, POLLIN);
  }

  /// That of `namespace`, to which the calling thread belongs from now on; throws
  /// [IllegalStateException] if that cannot be.
  static PacketQueue open(Path namespace) {
    NetworkNamespace.enter(namespace);
    int socket =
        demand("socket", Libc.socket(AF_NETLINK, RAW_AND_CLOSED_ON_EXEC, NETLINK_NETFILTER));
    PacketQueue queue = new PacketQueue(socket);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(12, 4);
      address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
      demand("bind", Libc.bind(socket, address));
    }
    queue.begin(CONFIG).attribute(CONFIG_COMMAND, new byte[] {1, 0, 0, 0}).send();
    byte[] wholePackets = ByteBuffer.allocate(5).putInt(LONGEST_PACKET).put((byte) 2).array();
    queue.begin(CONFIG).attribute(CONFIG_COPY, wholePackets).send();
    byte[] most = ByteBuffer.allocate(4).putInt(MOST_HELD).array();
    queue.begin(CONFIG).attribute(CONFIG_LENGTH, most).send();
    return queue;
  }

  private static int demand(String what, int answer) {
    if (answer < 0) {
      throw new IllegalStateException(what + " failed");
    }
    return answer;
  }

  private PacketQueue begin(short kind) {
    message.clear().putInt(0).putShort(kind).putShort(REQUEST).putInt(0).putInt(0).putInt(0);
    return this;
  }

  private PacketQueue attribute(short kind, byte[] content) {
    message.putShort((short) (4 + content.length)).putShort(kind).put(content);
    while (message.position() % 4 != 0) {
      message.put((byte) 0);
    }
    return this;
  }

  private void send() {
    message.putInt(0, message.position()).flip();
    if (Libc.send(socket, MemorySegment.ofBuffer(message)) < 0) {
      throw new IllegalStateException("the queue of packets does not listen");
    }
  }

  /// Hands over what came, after waiting for it no longer than `millis`.
  void receive(int millis, Consumer<Packet> to) {
    // A failure is an interruption, or packets that were lost because they were too many.
    if (Libc.poll(poll, millis) <= 0) {
      return;
    }
    long length = Libc.recv(socket, received, DONT_WAIT);
    ByteBuffer bytes = received.asByteBuffer().order(ByteOrder.nativeOrder());
    int at = 0;
    while (at + HEADER_BYTES <= length) {
      int bytesHere = bytes.getInt(at);
      if (bytes.getShort(at + 4) == PACKET) {
        to.accept(packet(bytes.slice(at + HEADER_BYTES, bytesHere - HEADER_BYTES)));
      }
      at += (bytesHere + 3) & ~3;
    }
  }

  private static Packet packet(ByteBuffer slice) {
    ByteBuffer attributes = slice.order(ByteOrder.nativeOrder());
    int id = 0;
    byte[] content = {};
    int at = 0;
    while (at + 4 <= attributes.limit()) {
      int length = Short.toUnsignedInt(attributes.getShort(at));
      switch (attributes.getShort(at + 2)) {
        case PACKET_HEADER -> id = attributes.slice(at + 4, 4).getInt();
        case PAYLOAD -> {
          content = new byte[length - 4];
          attributes.get(at + 4, content);
        }
        default -> {}
      }
      at += (length + 3) & ~3;
    }
    return new Packet(id, content);
  }

  /// Lets it go on as it is.
  void accept(Packet packet) {
    begin(VERDICT).attribute(VERDICT_HEADER, verdict(packet)).send();
  }

  /// Lets it go on with its content instead of that which came.
  void acceptChanged(Packet packet) {
    begin(VERDICT)
        .attribute(VERDICT_HEADER, verdict(packet))
        .attribute(PAYLOAD, packet.content())
        .send();
  }

  private static byte[] verdict(Packet packet) {
    return ByteBuffer.allocate(8).putInt(1).putInt(packet.id()).array();
  }

  @Override
  public void close() {
    Libc.close(socket);
    arena.close();
  }
}
