package io.tidemark.node.tools;

/// A tool that will not do what it was asked, and changed nothing.
public final class ToolRefusedException extends RuntimeException {
  public ToolRefusedException(String message) {
    super(message);
  }
}
