package io.tidemark.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/// Stands between one sender and a receiver, passes on what either says, and turns bits of it: so
/// that the system's checksum fits, as where a checksum is made by a card behind the fault.
final class Relay implements AutoCloseable {
  private static final int MAX_BYTES = 1 << 16;

  private final Random chance;
  private final InetSocketAddress receiver;
  private final DatagramChannel near;
  private final DatagramChannel far;
  private final Selector selector;
  private final Thread thread;
  private final AtomicLong turned = new AtomicLong();
  private InetSocketAddress sender;
  private volatile int percent;
  private volatile boolean closed;

  Relay(InetSocketAddress listen, InetSocketAddress receiver, long seed) throws IOException {
    this.chance = new Random(seed);
    this.receiver = receiver;
    this.selector = Selector.open();
    this.near = open(listen);
    this.far = open(new InetSocketAddress(listen.getAddress(), 0));
    this.thread = Thread.ofPlatform().daemon().name("relay").start(this::run);
  }

  private DatagramChannel open(InetSocketAddress address) throws IOException {
    DatagramChannel channel = DatagramChannel.open();
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 20);
    channel.bind(address).configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return channel;
  }

  /// So many of a hundred datagrams, in both directions, have one bit turned from now on.
  void corrupt(int percentOfDatagrams) {
    percent = percentOfDatagrams;
  }

  /// How many bits so far.
  long turned() {
    return turned.get();
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_BYTES);
    try {
      while (!closed) {
        selector.select(50);
        selector.selectedKeys().clear();
        InetSocketAddress from = receive(near, buffer);
        while (from != null) {
          sender = from;
          far.send(buffer, receiver);
          from = receive(near, buffer);
        }
        while (receive(far, buffer) != null) {
          near.send(buffer, sender);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private InetSocketAddress receive(DatagramChannel from, ByteBuffer buffer) throws IOException {
    InetSocketAddress address = (InetSocketAddress) from.receive(buffer.clear());
    buffer.flip();
    if (address != null && chance.nextInt(100) < percent) {
      int bit = chance.nextInt(8 * buffer.limit());
      buffer.put(bit >> 3, (byte) (buffer.get(bit >> 3) ^ 1 << (bit & 7)));
      turned.incrementAndGet();
    }
    return address;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    near.close();
    far.close();
    selector.close();
  }
}
