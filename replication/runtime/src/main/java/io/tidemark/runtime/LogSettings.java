package io.tidemark.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.tidemark.log.Codec;
import io.tidemark.log.LogConfig;
import io.tidemark.log.LogConfig.OpenCheck;
import io.tidemark.log.journal.JournalConfig;
import io.tidemark.log.producers.ProducerLimits;
import io.tidemark.log.writer.SyncPolicy;
import io.tidemark.log.writer.WriterConfig;
import io.tidemark.storage.Access;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// How the logs of one node are written and opened: the settings under `tidemark.log`, which
/// `reference.conf` explains. They may differ from node to node, and from start to start.
public record LogSettings(
    WriterConfig writer,
    Access access,
    OpenCheck openCheck,
    Duration maxSegmentAge,
    Optional<JournalConfig> journal) {
  private static final String PATH = "tidemark.log";
  private static final String OFF = "off";
  private static final int MAX_BATCH_BYTES = 1 << 20;

  /// The settings of the JVM's configuration.
  public static LogSettings defaults() {
    return of(ConfigFactory.load());
  }

  /// Throws [ConfigException], which names the setting and where it is from.
  public static LogSettings of(Config all) {
    Config config = all.getConfig(PATH);
    try {
      WriterConfig writer =
          new WriterConfig(
              WriterConfig.Limits.of(
                  MAX_BATCH_BYTES,
                  config.getInt("max-batch-records"),
                  config.getBytes("max-waiting")),
              choice(config, "codec", Codec.class),
              syncPolicy(config),
              config.getDuration("linger"),
              new WriterConfig.Delays(
                  config.getDuration("note-after"),
                  config.getDuration("full-retry"),
                  config.getDuration("claim-patience"),
                  config.getDuration("stalled-after")),
              // Only the state machine knows what it needs: see ReplicaHandle#trim.
              WriterConfig.Retain.ALL,
              new ProducerLimits(config.getInt("producer-sequences"), config.getInt("producers")));
      return new LogSettings(
          writer,
          choice(config, "access", Access.class),
          choice(config, "open-check", OpenCheck.class),
          isOff(config, "max-segment-age") ? Duration.ZERO : config.getDuration("max-segment-age"),
          journal(config));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(config.origin(), PATH, e.getMessage(), e);
    }
  }

  private static SyncPolicy syncPolicy(Config config) {
    return switch (config.getString("sync")) {
      case "every-batch" -> new SyncPolicy.EveryBatch();
      case "operating-system" -> new SyncPolicy.OperatingSystem();
      default -> new SyncPolicy.AtMost(config.getDuration("sync"));
    };
  }

  private static Optional<JournalConfig> journal(Config config) {
    return isOff(config, "journal-segment")
        ? Optional.empty()
        : Optional.of(
            JournalConfig.defaults().withSegmentBytes(config.getBytes("journal-segment")));
  }

  private static boolean isOff(Config config, String name) {
    return config.getString(name).equals(OFF);
  }

  private static <E extends Enum<E>> E choice(Config config, String name, Class<E> type) {
    String text = config.getString(name);
    for (E one : type.getEnumConstants()) {
      if (spelled(one.name()).equals(text)) {
        return one;
      }
    }
    String all = spelled(Arrays.toString(type.getEnumConstants()));
    throw new ConfigException.BadValue(
        config.origin(), PATH + "." + name, "'" + text + "' is none of " + all);
  }

  private static String spelled(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  LogConfig applyTo(LogConfig log) {
    return log.withAccess(access)
        .withOpenCheck(openCheck)
        .withMaxSegmentAge(TimeUnit.NANOSECONDS.toMicros(maxSegmentAge.toNanos()));
  }
}
