package io.tidemark.simkit;

import io.tidemark.foundation.Chance;

/// What a name stands for.
sealed interface DiskNode permits FileNode, DirectoryNode {
  /// The path from the root.
  String path();

  /// Called when the node got another name, or got one back in a crash.
  void placedAt(String path);

  /// Goes back to what is durable, and to as much of the rest as `chance` saves.
  void crash(Chance chance);

  /// Goes back to what is durable, and to as much of the rest as `run` says.
  void crash(CrashPlan.Run run);

  /// Goes back to what is durable.
  void crashLosingAllUnsynced();

  /// The most unsynced name changes of a directory in and below it.
  int unsyncedNames();

  /// What of the content in and below it can survive alone, if `names` name changes do.
  int unsyncedThings(int names);

  /// A number that differs for what is durable in and below it, but by bad luck.
  long durablePrint();

  /// Bytes of content in and below it.
  long usedBytes();
}
