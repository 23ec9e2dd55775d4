package io.tidemark.node.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/// A stream that says when it could not write; a [PrintStream] keeps that to itself.
final class CheckedOutput extends OutputStream {
  private final PrintStream out;

  CheckedOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    out.write(bytes, from, count);
    flush();
  }

  @Override
  public void flush() throws IOException {
    if (out.checkError()) {
      throw new IOException("standard output cannot be written to");
    }
  }
}
