package io.tidemark.runtime.directory;

import io.tidemark.foundation.Check;
import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.directory.Roster.Entry;
import io.tidemark.runtime.directory.Roster.Move;
import io.tidemark.runtime.directory.Roster.Standing;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// A [Roster] as text: how nodes tell it each other, and keep it.
///
/// ```
/// version 12
/// partitions 8
/// replicas 3
/// node a 0 127.0.0.1:7001 founder leaving
/// node d 3 127.0.0.1:7004 later active
/// move 3 a d
/// ```
public final class RosterText {
  private static final String FOUNDER = "founder";
  private static final String LATER = "later";

  private RosterText() {}

  public static String of(Roster roster) {
    StringBuilder text =
        new StringBuilder("version %d\n".formatted(roster.version()))
            .append("partitions %d\n".formatted(roster.partitions()))
            .append("replicas %d\n".formatted(roster.replicas()));
    roster
        .nodes()
        .forEach(
            (node, entry) ->
                text.append(
                    "node %s %d %s %s %s\n"
                        .formatted(
                            node,
                            entry.number(),
                            Roster.text(entry.address()),
                            entry.founder() ? FOUNDER : LATER,
                            entry.standing().name().toLowerCase(Locale.ROOT))));
    roster
        .moves()
        .forEach(
            (partition, move) ->
                text.append("move %d %s %s\n".formatted(partition, move.from(), move.to())));
    return text.toString();
  }

  /// Throws [IllegalArgumentException] if `text` is none.
  public static Roster parse(String text) {
    SortedMap<String, Long> numbers = new TreeMap<>();
    SortedMap<NodeId, Entry> nodes = new TreeMap<>();
    SortedMap<Integer, Move> moves = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "version", "partitions", "replicas" -> {
          expect(words, 2, line);
          numbers.put(words[0], Long.parseLong(words[1]));
        }
        case "node" -> {
          expect(words, 6, line);
          nodes.put(new NodeId(words[1]), entry(words));
        }
        case "move" -> {
          expect(words, 4, line);
          moves.put(
              Integer.parseInt(words[1]), new Move(new NodeId(words[2]), new NodeId(words[3])));
        }
        default -> throw new IllegalArgumentException("not of a roster: '" + line + "'");
      }
    }
    Check.argument(numbers.size() == 3, "not a roster: '%s'", text);
    return new Roster(
        numbers.get("version"),
        Math.toIntExact(numbers.get("partitions")),
        Math.toIntExact(numbers.get("replicas")),
        nodes,
        moves);
  }

  private static void expect(String[] words, int count, String line) {
    Check.argument(words.length == count, "not of a roster: '%s'", line);
  }

  private static Entry entry(String[] words) {
    return new Entry(
        Integer.parseInt(words[2]),
        Roster.address(words[3]),
        words[4].equals(FOUNDER),
        Standing.valueOf(words[5].toUpperCase(Locale.ROOT)));
  }
}
