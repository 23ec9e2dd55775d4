package io.tidemark.protocol;

import io.tidemark.foundation.NodeId;
import io.tidemark.foundation.ReplicaId;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Replicas of one partition, moved by hand: nothing happens until a test says so.
///
/// Messages wait in one queue until [#deliver]; ticks are given one by one. Disks are instant until
/// a test stops one, see [Member].
final class Group {
  static final int ELECTION_TICKS = 16;
  static final int RESEND_TICKS = 8;
  static final int REST_TICKS = 20;
  private static final long MAX_BYTES = 1 << 20;

  /// A message on its way.
  record Mail(ReplicaId from, ReplicaId to, Message message) {}

  private final Map<ReplicaId, Member> members = new TreeMap<>();
  private final ArrayDeque<Mail> mail = new ArrayDeque<>();
  private final List<ReplicaId> nodes;
  private Predicate<Mail> lost = _ -> false;
  private long delivered;
  private Set<NodeId> heard = Set.of();

  private Group(int size) {
    this.nodes = IntStream.rangeClosed(1, size).mapToObj(i -> ReplicaId.parse("n" + i)).toList();
  }

  /// `size` empty replicas that have just started.
  static Group of(int size) {
    return of(size, 64);
  }

  static Group of(int size, int maxInFlight) {
    return of(size, 0, maxInFlight, MAX_BYTES);
  }

  /// `size` empty replicas, and `spare` ones more that may join.
  static Group withSpares(int size, int spare) {
    return of(size, spare, 64, MAX_BYTES);
  }

  /// `size` empty replicas of which a leader has no more than so many bytes on the way to each.
  static Group withWindow(int size, long bytes) {
    return of(size, 0, 64, bytes);
  }

  private static Group of(int size, int spare, int maxInFlight, long maxInFlightBytes) {
    Group group = new Group(size + spare);
    List<ReplicaId> voters = group.nodes.subList(0, size);
    for (ReplicaId node : group.nodes) {
      List<ReplicaId> known = voters.contains(node) ? voters : List.of();
      ProtocolConfig config =
          new ProtocolConfig(
              node,
              known,
              2,
              ELECTION_TICKS,
              RESEND_TICKS,
              maxInFlight,
              maxInFlightBytes,
              REST_TICKS,
              7);
      group.members.put(node, new Member(config, group.mail::addLast));
    }
    return group;
  }

  /// The replica number `i`, from 1.
  Member member(int i) {
    return members.get(nodes.get(i - 1));
  }

  ReplicaId node(int i) {
    return nodes.get(i - 1);
  }

  /// From now on mail of this kind never arrives; all other mail does.
  void lose(Predicate<Mail> kind) {
    lost = kind;
  }

  /// From now on everybody is told with each tick that the nodes of these are there.
  void hear(Integer... there) {
    heard = Stream.of(there).map(i -> node(i).node()).collect(Collectors.toSet());
  }

  /// Nothing reaches these nodes or comes from them.
  void cutOff(Integer... cut) {
    List<ReplicaId> names = List.of(cut).stream().map(this::node).toList();
    lose(m -> names.contains(m.from()) || names.contains(m.to()));
  }

  /// Delivers what is on its way and what that causes, until nobody has anything to say.
  void deliver() {
    while (!mail.isEmpty()) {
      deliverOne();
    }
  }

  void deliverOne() {
    Mail next = mail.removeFirst();
    if (!lost.test(next)) {
      delivered++;
      members.get(next.to()).step(new Event.Received(next.from(), next.message()));
    }
  }

  List<Mail> mail() {
    return List.copyOf(mail);
  }

  /// How many messages arrived so far.
  long delivered() {
    return delivered;
  }

  /// One tick everywhere, with the mail it causes, `times` over.
  void tickAll(int times) {
    for (int i = 0; i < times; i++) {
      members.values().forEach(member -> member.tick(heard));
      deliver();
    }
  }

  /// Ticks only replica `i`, as if the others' clocks stood still, until it asks for votes; then
  /// delivers.
  void elect(int i) {
    Member member = member(i);
    for (int tick = 0; tick < 3 * ELECTION_TICKS && !member.core().isLeader(); tick++) {
      member.tick(heard);
      deliver();
    }
  }
}
