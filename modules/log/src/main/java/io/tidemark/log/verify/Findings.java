package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import java.util.ArrayList;
import java.util.List;

/// The findings in one file, as they are made; beyond a limit they are only counted. One thread.
final class Findings {
  private static final int LIMIT = 1000;

  private final String file;
  private final List<Finding> all = new ArrayList<>();

  Findings(String file) {
    this.file = file;
  }

  String file() {
    return file;
  }

  void add(Kind kind, long position, String expected, String found) {
    add(new Finding(file, position, kind, expected, found));
  }

  void add(Finding finding) {
    if (all.size() < LIMIT) {
      all.add(finding);
    }
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /// The first one since [#clear].
  Finding first() {
    return all.getFirst();
  }

  void clear() {
    all.clear();
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
