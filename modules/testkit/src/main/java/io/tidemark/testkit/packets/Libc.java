package io.tidemark.testkit.packets;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The calls of the C library of Linux that Java has no way to. Each says a negative number if it
/// failed.
final class Libc {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandle OPEN = call("open", INT, POINTER, INT);
  private static final MethodHandle CLOSE = call("close", INT, INT);
  private static final MethodHandle SETNS = call("setns", INT, INT, INT);
  private static final MethodHandle SOCKET = call("socket", INT, INT, INT, INT);
  private static final MethodHandle BIND = call("bind", INT, INT, POINTER, INT);
  private static final MethodHandle SEND = call("send", LONG, INT, POINTER, LONG, INT);
  private static final MethodHandle RECV = call("recv", LONG, INT, POINTER, LONG, INT);
  private static final MethodHandle POLL = call("poll", INT, POINTER, LONG, INT);

  private Libc() {}

  @SuppressWarnings("restricted")
  private static MethodHandle call(String name, MemoryLayout answer, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
  }

  /// For reading.
  static int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) OPEN.invokeExact(arena.allocateFrom(path), 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static int close(int file) {
    try {
      return (int) CLOSE.invokeExact(file);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// Of the calling thread only.
  static int setns(int file, int kind) {
    try {
      return (int) SETNS.invokeExact(file, kind);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static int socket(int domain, int type, int protocol) {
    try {
      return (int) SOCKET.invokeExact(domain, type, protocol);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static int bind(int socket, MemorySegment address) {
    try {
      return (int) BIND.invokeExact(socket, address, (int) address.byteSize());
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static long send(int socket, MemorySegment bytes) {
    try {
      return (long) SEND.invokeExact(socket, bytes, bytes.byteSize(), 0);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static long recv(int socket, MemorySegment bytes, int flags) {
    try {
      return (long) RECV.invokeExact(socket, bytes, bytes.byteSize(), flags);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /// @param one a `struct pollfd`
  static int poll(MemorySegment one, int millis) {
    try {
      return (int) POLL.invokeExact(one, 1L, millis);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
