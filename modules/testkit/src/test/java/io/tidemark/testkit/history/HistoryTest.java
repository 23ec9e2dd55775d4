package io.tidemark.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.testkit.history.Operation.Kind;
import io.tidemark.testkit.history.Operation.Outcome;
import io.tidemark.testkit.history.Operation.Place;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HistoryTest {
  private static final List<Operation> ALL_FORMS =
      List.of(
          new Operation(
              0,
              Kind.WRITE,
              "k",
              Optional.of("\"quoted\"\n"),
              1,
              2,
              Outcome.OK,
              Optional.of(new Place(3, Long.MAX_VALUE, 7))),
          new Operation(
              1, Kind.WRITE, "k", Optional.of(""), -9, 5, Outcome.UNKNOWN, Optional.empty()),
          new Operation(2, Kind.READ, "ä", Optional.empty(), 1, 1, Outcome.OK, Optional.empty()),
          new Operation(
              2, Kind.READ, "ä", Optional.empty(), 2, 9, Outcome.UNKNOWN, Optional.empty()),
          new Operation(
              3, Kind.DELETE, "k", Optional.empty(), 4, 4, Outcome.REFUSED, Optional.empty()));

  @TempDir private Path directory;

  @Test
  void whatWasWrittenIsReadAgain() throws Exception {
    Path file = directory.resolve("history.jsonl");
    try (History history = History.create(file)) {
      ALL_FORMS.forEach(history::add);
    }
    assertThat(Files.readAllLines(file)).hasSize(ALL_FORMS.size());
    assertThat(History.read(file)).isEqualTo(ALL_FORMS);
  }

  @Test
  void aLineThatIsNoneIsNamed() throws Exception {
    Path file = directory.resolve("history.jsonl");
    try (History history = History.create(file)) {
      history.add(ALL_FORMS.getFirst());
    }
    Files.writeString(file, "{\"process\":1,\"oper", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> History.read(file)).hasMessageStartingWith("line 2 of " + file);
  }

  @Test
  void nothingIsWrittenOver() throws Exception {
    Path file = Files.createFile(directory.resolve("history.jsonl"));
    assertThatThrownBy(() -> History.create(file)).isInstanceOf(FileAlreadyExistsException.class);
  }
}
