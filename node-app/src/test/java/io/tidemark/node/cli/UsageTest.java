package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Wrong usage: exit code 2, and what is wrong in the last line; nothing is made on disk.
class UsageTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | which command",
        "nod | nod",
        "node --wrong | --wrong",
        "node --http=80 | expected HOST:PORT",
        "node --http=no-such-host.invalid:80 | no known address",
        "node --http=0.0.0.0:0 | not a loopback address",
        "node --id=Node | a node id has",
        "node --partitions=0 | partitions must be 1 to",
        "node --partitions=x | --partitions",
        "node --segment-mib=1 | --segment-mib is 2 to 1024",
        "node --listen=127.0.0.1:1 | --listen needs --nodes",
        "node --replicas=2 | a node alone has 1 replica",
        "node --nodes=b=127.0.0.1:1 | is not among the nodes",
        "node --nodes=a=127.0.0.1:1,a=127.0.0.1:2 | listed twice",
        "node --nodes=a=127.0.0.1:1,b=127.0.0.1:2 --replicas=3 | 3 replicas",
        "node --nodes=a=127.0.0.1:1,b=127.0.0.1:2 --listen=127.0.0.1:2 | is not the entry of a",
        "node --nodes=a=10.0.0.1:1,b=10.0.0.2:1 | is not a loopback address",
        "cluster | which command",
        "cluster status --http=80 | expected HOST:PORT",
        "cluster transfer-leader x | PARTITION",
        "demo --partitions=65 | --partitions is 1 to 64",
        "demo /no/such/file | cannot read"
      })
  void isSaidInTheLastLine(String arguments, String message) {
    String line = (arguments + data(arguments)).strip();
    String[] all = line.isEmpty() ? new String[0] : line.split(" ");
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    PrintStream before = System.err;
    int code;
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      code = Tidemark.run(all);
    } finally {
      System.setErr(before);
    }
    assertThat(code).isEqualTo(2);
    assertThat(captured.toString(StandardCharsets.UTF_8).lines().toList().getLast())
        .startsWith("tidemark: ")
        .contains(message);
    assertThat(directory).isEmptyDirectory();
  }

  private String data(String arguments) {
    return arguments.startsWith("node") ? " --data=" + directory.resolve("data") : "";
  }

  @Test
  void helpIsFine() {
    PrintStream before = System.out;
    System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
    try {
      assertThat(Tidemark.run("node", "--help")).isZero();
    } finally {
      System.setOut(before);
    }
  }
}
