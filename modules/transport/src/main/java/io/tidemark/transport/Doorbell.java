package io.tidemark.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;

/// What the transport's thread sleeps on: the sockets of its driver, and a bell for the other
/// threads.
///
/// The driver polls its sockets itself, and does so once more whenever one of them has something:
/// this selector is a second one over them, and reads nothing.
final class Doorbell implements AutoCloseable {
  private final Selector selector;
  private final AtomicBoolean asleep = new AtomicBoolean();
  private volatile boolean rung;

  Doorbell() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// From now on a datagram that arrives at `socket` ends a sleep.
  void watch(DatagramChannel socket) {
    try {
      socket.register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the sleep, or makes sure that the next one does not begin before [#hear]. Any thread; one
  /// system call if the sleeper sleeps, none otherwise.
  void ring() {
    if (!rung) {
      rung = true;
    }
    if (asleep.get() && asleep.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  /// The sleeper looks for work now: what was rung for so far is found.
  void hear() {
    if (rung) {
      rung = false;
    }
  }

  /// Sleeps until a datagram, a ring that was not heard yet, or for `millis`.
  void sleep(long millis) {
    asleep.set(true);
    try {
      if (!rung) {
        selector.select(millis);
        selector.selectedKeys().clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      asleep.set(false);
    }
  }

  /// Lets go of sockets that were closed: their ports are taken until then.
  void forgetClosed() {
    try {
      selector.selectNow();
      selector.selectedKeys().clear();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
