package io.tidemark.log.verify;

import io.tidemark.log.verify.Finding.Kind;
import java.util.ArrayList;
import java.util.List;

/// The findings in one file, as they are made; beyond a limit they are only counted. One thread.
final class Findings {
  private static final int LIMIT = 1000;

  private final String file;
  private final List<Finding> all = new ArrayList<>();
  private long more;

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
    } else {
      more++;
    }
  }

  boolean hasDamage() {
    return all.stream().anyMatch(Finding::isDamage);
  }

  /// The first one since [#clear].
  Finding first() {
    return all.getFirst();
  }

  void clear() {
    all.clear();
  }

  /// Those that were kept, and how many were not in place of the last.
  List<Finding> all() {
    if (more == 0) {
      return List.copyOf(all);
    }
    Finding last = all.getLast();
    String found = last.found() + ", and " + more + " more findings in the file";
    List<Finding> some = new ArrayList<>(all.subList(0, LIMIT - 1));
    some.add(new Finding(file, last.position(), last.kind(), last.expected(), found));
    return some;
  }
}
