package io.tidemark.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// What was built, and what it runs on.
final class Version implements IVersionProvider {
  private static final String RESOURCE = "/tidemark-version.properties";

  @Override
  public String[] getVersion() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    }
    return new String[] {
      "tidemark " + properties.getProperty("version"), "java " + Runtime.version()
    };
  }
}
