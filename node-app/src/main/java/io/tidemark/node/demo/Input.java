package io.tidemark.node.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The lines to append, and how each is keyed.
///
/// @param name for people
/// @param field number of the key's field, from 0, in fields separated by `;`; empty to key by the
///   line
record Input(String name, List<String> lines, Optional<Integer> field) {
  private static final String DEFAULT = "/demo/UnicodeData.txt";
  private static final int MAX_KEY_CHARACTERS = 512;

  static Input ofFile(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file).stream().filter(l -> !l.isBlank()).toList();
    return new Input(file.toString(), lines, Optional.empty());
  }

  static Input ofUnicodeData() throws IOException {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Input.class.getResourceAsStream(DEFAULT), StandardCharsets.UTF_8))) {
      return new Input("UnicodeData.txt 15.0.0", in.lines().toList(), Optional.of(0));
    }
  }

  String key(int line) {
    String text = lines.get(line);
    String key = field.map(n -> text.split(";", -1)[n]).orElse(text);
    return key.substring(0, Math.min(key.length(), MAX_KEY_CHARACTERS));
  }

  byte[] value(int line) {
    return lines.get(line).getBytes(StandardCharsets.UTF_8);
  }
}
