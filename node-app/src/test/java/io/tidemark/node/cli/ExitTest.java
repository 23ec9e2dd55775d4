package io.tidemark.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tidemark.foundation.NodeId;
import io.tidemark.runtime.LogSettings;
import io.tidemark.runtime.NodeConfig;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.StorageException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exit codes by cause. Damaged logs and ballots: `FlippedBitTest`.
class ExitTest {
  @TempDir private Path data;

  @Test
  void aDamagedNodeFileIs3() throws IOException {
    open("a").close();
    Files.writeString(data.resolve("node"), "node=a\n");
    Throwable failure = catchThrowable(() -> open("a"));
    assertThat(Exit.codeOf(failure)).isEqualTo(3);
  }

  @Test
  void aDirectoryOfAnotherNodeIs4() {
    open("a").close();
    Throwable failure = catchThrowable(() -> open("b"));
    assertThat(Exit.codeOf(failure)).isEqualTo(4);
    assertThat(Exit.reason(failure)).contains("expected 'node=b', found 'node=a'");
  }

  @Test
  void aDirectoryInUseIs4() {
    try (ReplicatedNode node = open("a")) {
      Throwable failure = catchThrowable(() -> open("a"));
      assertThat(Exit.codeOf(failure)).isEqualTo(4);
      assertThat(Exit.reason(failure)).contains("in use");
      assertThat(node.config().self()).isEqualTo(new NodeId("a"));
    }
  }

  private ReplicatedNode open(String id) {
    return ReplicatedNode.open(
        NodeConfig.embedded(new NodeId(id), data, 1, 4 << 20, LogSettings.defaults()), data);
  }

  @Test
  void anythingElseIs1() {
    assertThat(Exit.codeOf(new IllegalStateException("x"))).isEqualTo(1);
    assertThat(Exit.codeOf(new StorageException(Category.FULL, "x"))).isEqualTo(1);
    assertThat(Exit.codeOf(null)).isEqualTo(1);
  }

  @Test
  void theCauseDecidesAndIsTold() {
    Throwable wrapped =
        new CompletionException(
            new RuntimeException("noise", new StorageException(Category.IN_USE, "not\nnow")));
    assertThat(Exit.codeOf(wrapped)).isEqualTo(4);
    assertThat(Exit.reason(wrapped)).isEqualTo("not now");
  }

  @Test
  void theReasonIsNeverEmpty() {
    assertThat(Exit.reason(new CompletionException(new InterruptedException()))).isNotBlank();
    assertThat(Exit.reason(new IllegalStateException("top", new RuntimeException("below"))))
        .isEqualTo("top");
  }
}
