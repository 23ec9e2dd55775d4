package io.tidemark.transport;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/// Everything a transport is told, checked at birth. Start from [#defaults] and change by `with`.
///
/// @param self this node; it names threads and log lines
/// @param sender number of this node, which no other node of the cluster ever had
/// @param cluster fingerprint of the cluster's id; frames with another one are refused
/// @param listen the UDP address peers send to. Resolved, one interface, a fixed port: a wildcard
///   would open an unauthenticated socket on every network of the machine
/// @param aeronDirectory directory of the embedded driver, one per running process, best on shared
///   memory; deleted at start and at close. On a disk, every message dirties its page cache
/// @param peers number of other nodes; room for their logs is asked for at start. Too small: the
///   room runs out at a later connection. Too large: start refuses a machine that would do
/// @param mtuBytes largest UDP payload, a multiple of 32. Above the path's MTU, IP fragmentation
///   ruins throughput; small ones cost packets, which are the limit on fast networks
/// @param bulkTermLengthBytes a power of two; a frame may have an eighth of it, each peer costs six
///   terms of shared memory. Too small: batches do not fit. Too large: memory
/// @param controlTermLengthBytes the same for the control lane
/// @param socketBufferBytes SO_SNDBUF and SO_RCVBUF. Above the kernel's maximum Aeron warns and
///   gets less; too small drops bursts, which cost a retransmission each
/// @param receiverWindowBytes bytes a sender may have under way, at most the socket buffer. Too
///   small caps throughput at window per round trip; above the socket buffer it causes loss
/// @param sourceBufferFrames frames a [AeronTransport#source] holds for a slow downstream. Too
///   small: a wake-up of the poller per few frames. Too large: late control messages
/// @param sourceBufferBytes payload bytes it holds, plus at most one frame. Bounds the memory
/// @param bindTimeout how long start waits for the socket. Too short fails on a busy machine
/// @param pauseTolerance longest stop of the process, such as SIGSTOP or a long collection, after
///   which Aeron's client goes on. Aeron's default of 10 s kills the client for good after an
///   ordinary live migration
public record TransportConfig(
    NodeId self,
    int sender,
    int cluster,
    InetSocketAddress listen,
    Path aeronDirectory,
    int peers,
    int mtuBytes,
    int bulkTermLengthBytes,
    int controlTermLengthBytes,
    int socketBufferBytes,
    int receiverWindowBytes,
    int sourceBufferFrames,
    int sourceBufferBytes,
    Duration bindTimeout,
    Duration pauseTolerance) {

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final int ANY_NETWORK_MTU_BYTES = 1408;

  public TransportConfig {
    Check.argument(
        sender >= 0 && sender <= Frame.MAX_SENDER,
        "sender is 0 to %d: %d",
        Frame.MAX_SENDER,
        sender);
    Addresses.checkListen(listen);
    Check.argument(peers >= 1, "peers is at least 1: %d", peers);
    checkTerm("bulkTermLengthBytes", bulkTermLengthBytes);
    checkTerm("controlTermLengthBytes", controlTermLengthBytes);
    checkMtu(mtuBytes);
    int shortestTermBytes = Math.min(bulkTermLengthBytes, controlTermLengthBytes);
    Check.argument(
        mtuBytes <= shortestTermBytes / 8,
        "mtuBytes %d is more than an eighth of the shorter term, %d bytes",
        mtuBytes,
        shortestTermBytes);
    Check.argument(
        receiverWindowBytes >= mtuBytes && receiverWindowBytes <= socketBufferBytes,
        "receiverWindowBytes %d is not between mtuBytes %d and socketBufferBytes %d",
        receiverWindowBytes,
        mtuBytes,
        socketBufferBytes);
    Check.argument(
        sourceBufferFrames >= 1, "sourceBufferFrames is at least 1: %d", sourceBufferFrames);
    Check.argument(
        sourceBufferBytes >= 1, "sourceBufferBytes is at least 1: %d", sourceBufferBytes);
    Check.argument(bindTimeout.isPositive(), "bindTimeout is positive: %s", bindTimeout);
    Check.argument(
        pauseTolerance.compareTo(Duration.ofSeconds(10)) >= 0,
        "pauseTolerance is at least 10 s: %s",
        pauseTolerance);
  }

  /// Throws [IllegalArgumentException] if Aeron takes no such `mtuBytes`.
  public static void checkMtu(int mtuBytes) {
    Check.argument(
        mtuBytes >= 1024 && mtuBytes <= InterfaceMtu.MOST && mtuBytes % 32 == 0,
        "mtuBytes is a multiple of 32 from 1024 to %d: %d",
        InterfaceMtu.MOST,
        mtuBytes);
  }

  private static void checkTerm(String name, int bytes) {
    Check.argument(
        bytes >= 64 * KIB && bytes <= 1024 * MIB && Integer.bitCount(bytes) == 1,
        "%s is a power of two from 64 KiB to 1 GiB: %d",
        name,
        bytes);
  }

  /// Settings for any network: MTU 1408, 8 MiB bulk terms (frames up to 1 MiB), 64 KiB control
  /// terms (frames up to 8 KiB), four peers, and the largest socket buffer up to 2 MiB that this
  /// kernel gives.
  public static TransportConfig defaults(
      NodeId self, int sender, int cluster, InetSocketAddress listen, Path aeronDirectory) {
    int socketBufferBytes = SocketBuffers.largestUpTo(2 * MIB);
    return new TransportConfig(
        self,
        sender,
        cluster,
        listen,
        aeronDirectory,
        4,
        ANY_NETWORK_MTU_BYTES,
        8 * MIB,
        64 * KIB,
        socketBufferBytes,
        socketBufferBytes,
        1024,
        4 * MIB,
        Duration.ofSeconds(5),
        Duration.ofSeconds(120));
  }

  /// The same with another number of peers.
  public TransportConfig withPeers(int peers) {
    return with(
        peers,
        mtuBytes,
        bulkTermLengthBytes,
        controlTermLengthBytes,
        sourceBufferFrames,
        sourceBufferBytes);
  }

  /// The largest `mtuBytes` that goes through the interface of `listen` in one piece.
  public static int interfaceMtuBytes(InetSocketAddress listen) {
    return InterfaceMtu.payloadBytes(listen.getAddress(), ANY_NETWORK_MTU_BYTES);
  }

  /// The same with another MTU and term lengths, which bound each other.
  public TransportConfig withWire(
      int mtuBytes, int bulkTermLengthBytes, int controlTermLengthBytes) {
    return with(
        peers,
        mtuBytes,
        bulkTermLengthBytes,
        controlTermLengthBytes,
        sourceBufferFrames,
        sourceBufferBytes);
  }

  /// The same with other limits for what a source holds.
  public TransportConfig withSourceBuffer(int frames, int bytes) {
    return with(peers, mtuBytes, bulkTermLengthBytes, controlTermLengthBytes, frames, bytes);
  }

  private TransportConfig with(
      int peers, int mtu, int bulkTerm, int controlTerm, int bufferFrames, int bufferBytes) {
    return new TransportConfig(
        self,
        sender,
        cluster,
        listen,
        aeronDirectory,
        peers,
        mtu,
        bulkTerm,
        controlTerm,
        socketBufferBytes,
        receiverWindowBytes,
        bufferFrames,
        bufferBytes,
        bindTimeout,
        pauseTolerance);
  }

  int termLengthBytes(Lane lane) {
    return switch (lane) {
      case CONTROL -> controlTermLengthBytes;
      case BULK -> bulkTermLengthBytes;
    };
  }

  /// Aeron takes messages up to an eighth of a term, at most 16 MiB; the header is part of them.
  int maxPayloadBytes(Lane lane) {
    return Math.min(16 * MIB, termLengthBytes(lane) / 8) - FrameCodec.HEADER_BYTES;
  }
}
