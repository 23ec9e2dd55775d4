package io.tidemark.testkit.check;

import static io.tidemark.testkit.check.Ops.delete;
import static io.tidemark.testkit.check.Ops.read;
import static io.tidemark.testkit.check.Ops.readNothing;
import static io.tidemark.testkit.check.Ops.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.history.Operation;
import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LinearizabilityTest {
  @Test
  void nothingAndOneAfterTheOther() {
    holds();
    holds(readNothing(0, 1));
    holds(write("1", 0, 1), read("1", 2, 3), delete(4, 5, Outcome.OK), readNothing(6, 7));
  }

  @Test
  void whatIsConcurrentMayHappenInAnyOrder() {
    holds(write("1", 0, 10), read("1", 1, 2), read("1", 3, 4));
    holds(write("1", 0, 10), readNothing(1, 2), read("1", 3, 4));
    holds(write("1", 0, 10), write("2", 0, 10), read("1", 1, 3), read("2", 4, 5));
    holds(write("1", 0, 5), read("1", 5, 6), read("1", 3, 3));
  }

  @Test
  void aStaleRead() {
    violated(write("1", 0, 1), write("2", 2, 3), read("1", 4, 5));
    violated(write("1", 0, 10), read("1", 1, 2), readNothing(3, 4));
    violated(write("1", 0, 9), write("2", 0, 9), read("1", 1, 2), read("2", 3, 4), read("1", 5, 6));
  }

  @Test
  void aLostWrite() {
    violated(write("1", 0, 1), readNothing(2, 3));
    violated(delete(0, 1, Outcome.OK), write("1", 2, 3), write("2", 4, 5), read("1", 6, 7));
  }

  @Test
  void aWriteThatTakesEffectTwice() {
    violated(write("1", 0, 1), read("1", 2, 3), write("2", 4, 5), read("2", 6, 7), read("1", 8, 9));
    violated(
        write("1", 0, 1, Outcome.UNKNOWN),
        read("1", 2, 3),
        write("2", 4, 5),
        read("2", 6, 7),
        read("1", 8, 9));
  }

  @Test
  void aReadOfWhatWasNeverWritten() {
    violated(write("1", 0, 1), read("3", 0, 5));
    violated(read("1", 0, 1), write("1", 2, 3));
    violated(read("1", 0, 1), write("1", 2, 3, Outcome.UNKNOWN));
  }

  @Test
  void aRefusedWriteThatIsSeen() {
    violated(write("1", 0, 1, Outcome.REFUSED), read("1", 2, 3));
    holds(write("1", 0, 1, Outcome.REFUSED), readNothing(2, 3));
    violated(write("1", 0, 1), delete(2, 3, Outcome.REFUSED), readNothing(4, 5));
  }

  @Test
  void theUnknownMayHappenAtAnyLaterTimeOrNever() {
    holds(write("1", 0, 1, Outcome.UNKNOWN), readNothing(2, 3));
    holds(write("1", 0, 1, Outcome.UNKNOWN), readNothing(2, 3), read("1", 4, 5));
    holds(write("1", 0, 1), delete(2, 3, Outcome.UNKNOWN), read("1", 4, 5), readNothing(6, 7));
    violated(write("1", 0, 1), delete(2, 3, Outcome.UNKNOWN), readNothing(4, 5), read("1", 6, 7));
  }

  @Test
  void keysAreIndependentAndTheBadOneIsNamed() {
    List<Operation> history = new ArrayList<>();
    history.add(write("1", 0, 1));
    Operation other = read("9", 2, 3);
    history.add(
        new Operation(7, other.kind(), "other", other.value(), 2, 3, Outcome.OK, Optional.empty()));
    assertThat(Linearizability.check(history))
        .isInstanceOfSatisfying(
            Verdict.Violated.class,
            violated -> {
              assertThat(violated.key()).isEqualTo("other");
              assertThat(violated.story()).contains("client 7").contains("read other 9: ok");
            });
  }

  @Test
  void aSearchThatIsTooLongIsGivenUp() {
    List<Operation> history = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      history.add(write("w" + i, 0, 100));
    }
    history.add(read("never", 1, 2));
    assertThat(Linearizability.check(history, 100)).isInstanceOf(Verdict.Undecided.class);
    assertThat(Linearizability.check(history)).isInstanceOf(Verdict.Violated.class);
  }

  /// A deletion that may happen at any time keeps the set of what has happened from being a prefix.
  @Test
  void oneThatStaysOpenForLong() {
    List<Operation> history = new ArrayList<>();
    history.add(delete(0, 1, Outcome.UNKNOWN));
    for (long i = 1; i <= 2_000; i++) {
      history.add(write("w" + i, 10 * i, 10 * i + 12));
      history.add(read("w" + i, 10 * i + 3, 10 * i + 12));
    }
    history.add(readNothing(30_000, 30_001));
    assertThat(Linearizability.check(history)).isInstanceOf(Verdict.Holds.class);
    history.add(write("last", 30_002, 30_003));
    history.add(readNothing(30_004, 30_005));
    assertThat(Linearizability.check(history)).isInstanceOf(Verdict.Violated.class);
  }

  /// Few values, many overlaps, every outcome: the search against one that tries all orders.
  @Test
  void agreesWithTryingAllOrders() {
    int[] verdicts = new int[2];
    for (int seed = 0; seed < 40_000; seed++) {
      List<Operation> history = smallHistory(new Chance(seed));
      boolean expected = AllOrders.explain(history);
      verdicts[expected ? 1 : 0]++;
      assertThat(Linearizability.check(history) instanceof Verdict.Holds)
          .as("seed %d: %s", seed, history)
          .isEqualTo(expected);
    }
    System.out.printf(
        "%,d small histories that are linearizable, %,d that are not%n", verdicts[1], verdicts[0]);
    assertThat(verdicts[0]).isGreaterThan(5_000);
    assertThat(verdicts[1]).isGreaterThan(5_000);
  }

  private static List<Operation> smallHistory(Chance chance) {
    List<Operation> history = new ArrayList<>();
    int size = chance.between(2, 7);
    int values = chance.between(1, 4);
    int span = chance.between(6, 30);
    for (int i = 0; i < size; i++) {
      long invoke = chance.below(span);
      long end = invoke + chance.below(span / 2);
      String value = Integer.toString(chance.below(values));
      Outcome outcome = chance.percent(70) ? Outcome.OK : Outcome.UNKNOWN;
      outcome = chance.percent(8) ? Outcome.REFUSED : outcome;
      history.add(
          switch (chance.below(8)) {
            case 0 -> delete(invoke, end, outcome);
            case 1, 2, 3 -> write(value, invoke, end, outcome);
            case 4 -> readNothing(invoke, end);
            default -> read(value, invoke, end);
          });
    }
    return history;
  }

  /// 16 clients on 100 keys, one operation in two hundred unknown: what a run under load looks
  /// like. A quiet core judges half a million a second; without one of the rules that keep the
  /// search short it would be a few.
  @Test
  void judgesManyOperationsASecond() {
    List<Operation> history = longHistory(200_000);
    double best = 0;
    for (int round = 0; round < 4; round++) {
      long start = cpuNanos();
      assertThat(Linearizability.check(history)).isInstanceOf(Verdict.Holds.class);
      best = Math.max(best, history.size() * 1e9 / (cpuNanos() - start));
    }
    System.out.printf("%,.0f operations/s judged%n", best);
    assertThat(best).isGreaterThan(20_000);
  }

  /// Of this thread alone: others work on this machine.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  @Test
  void findsOneStaleReadAmongMany() {
    List<Operation> history = longHistory(300_000);
    Operation last = history.getLast();
    Operation early =
        history.stream().filter(o -> o.changes() && o.outcome() == Outcome.OK).findFirst().get();
    long after = last.returnNanos() + 1_000_000;
    history.add(
        new Operation(
            99,
            Kind.READ,
            early.key(),
            early.value(),
            after,
            after + 5,
            Outcome.OK,
            Optional.empty()));
    assertThat(Linearizability.check(history))
        .isInstanceOfSatisfying(
            Verdict.Violated.class, v -> assertThat(v.story()).contains("client 99"));
  }

  /// Each operation happens somewhere between its invocation and its return; what is unknown
  /// happens later, or never.
  private static List<Operation> longHistory(int size) {
    Chance chance = new Chance(7);
    List<Operation> history = new ArrayList<>(size);
    Map<String, String> store = new HashMap<>();
    long[] free = new long[16];
    long happens = 100;
    for (int i = 0; i < size; i++) {
      happens += 1 + chance.below(20);
      int client = chance.below(free.length);
      String key = "key-" + chance.below(100);
      long invoke = Math.max(free[client], happens - 1 - chance.below(100));
      long end = happens + 1 + chance.below(100);
      happens = Math.max(happens, invoke);
      end = Math.max(end, happens);
      free[client] = end + 1;
      boolean unknown = chance.percent(1) && chance.percent(50);
      if (chance.percent(50)) {
        if (!unknown || chance.percent(50)) {
          store.put(key, Integer.toString(i));
        }
        history.add(
            new Operation(
                client,
                Kind.WRITE,
                key,
                Optional.of(Integer.toString(i)),
                invoke,
                end,
                unknown ? Outcome.UNKNOWN : Outcome.OK,
                Optional.empty()));
      } else {
        Optional<String> value = unknown ? Optional.empty() : Optional.ofNullable(store.get(key));
        history.add(
            new Operation(
                client,
                Kind.READ,
                key,
                value,
                invoke,
                end,
                unknown ? Outcome.UNKNOWN : Outcome.OK,
                Optional.empty()));
      }
    }
    return history;
  }

  private static void holds(Operation... history) {
    assertThat(Linearizability.check(List.of(history))).isInstanceOf(Verdict.Holds.class);
  }

  private static void violated(Operation... history) {
    assertThat(Linearizability.check(List.of(history))).isInstanceOf(Verdict.Violated.class);
  }
}
