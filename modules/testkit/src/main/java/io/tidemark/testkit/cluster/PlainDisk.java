package io.tidemark.testkit.cluster;

import java.nio.file.Path;

/// A directory like any other.
public record PlainDisk(Path path) implements Disk {}
