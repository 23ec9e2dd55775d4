package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WatermarksTest {
  private final Watermarks watermarks = new Watermarks();

  @Test
  void committedAndAppliedOnlyRise() {
    watermarks.committed(5);
    watermarks.committed(3);
    watermarks.applied(4);
    watermarks.applied(2);
    assertThat(watermarks.committed()).isEqualTo(5);
    assertThat(watermarks.applied()).isEqualTo(4);
  }

  @Test
  void theEndOfTheLogMayGoBack() {
    watermarks.log(1, 9, 8);
    watermarks.log(2, 6, 6);
    assertThat(watermarks.first()).isEqualTo(2);
    assertThat(watermarks.appended()).isEqualTo(6);
    assertThat(watermarks.durable()).isEqualTo(6);
  }

  /// The owner asks a log that is being written for one end and then for the other.
  @Test
  void durableIsNeverAboveAppended() {
    watermarks.log(1, 5, 6);
    assertThat(watermarks.appended()).isEqualTo(6);
    assertThat(watermarks.durable()).isEqualTo(6);
  }

  @Test
  void watchersAreToldOfEveryRiseAndSeeItAlready() throws Exception {
    List<Long> seen = new ArrayList<>();
    AutoCloseable watch = watermarks.watchCommitted(() -> seen.add(watermarks.committed()));
    watermarks.committed(1);
    watermarks.committed(1);
    watermarks.committed(4);
    watch.close();
    watermarks.committed(5);
    assertThat(seen).containsExactly(1L, 4L);
  }

  @Test
  void oneWatcherClosingDoesNotEndAnother() throws Exception {
    List<String> told = new ArrayList<>();
    AutoCloseable one = watermarks.watchCommitted(() -> told.add("one"));
    watermarks.watchCommitted(() -> told.add("two"));
    one.close();
    watermarks.committed(1);
    assertThat(told).containsExactly("two");
    assertThat(watermarks.watchers()).isEqualTo(1);
  }
}
