package io.tidemark.testkit.chaos;

import io.tidemark.foundation.Chance;
import io.tidemark.testkit.cluster.Cluster;
import io.tidemark.testkit.cluster.Needs;
import io.tidemark.testkit.cluster.PartitionState;
import io.tidemark.testkit.cluster.Setting;
import io.tidemark.testkit.cluster.Trees;
import io.tidemark.testkit.load.Judgement;
import io.tidemark.testkit.load.Load;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `./tidemark-chaos`.
@Command(
    name = "tidemark-chaos",
    description = {
      "Run real nodes under load, hurt them at random, and judge what clients saw and what is on"
          + " the disks.",
      "As root with iptables, loop devices and nbdkit it also cuts networks and power, and fills,"
          + " stalls and fails disks; without, it kills, pauses and damages files. Faults, their"
          + " order and their lengths come from the seed; what they meet does not.",
      "Exit code 0: all held, and every majority made progress. 1: not so. 2: wrong usage."
    },
    mixinStandardHelpOptions = true)
public final class Chaos implements Callable<Integer> {
  private static final int READERS = 2;
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration QUIET = Duration.ofSeconds(120);

  @Spec private CommandSpec spec;

  @Option(names = "--minutes", defaultValue = "5", description = "how long (${DEFAULT-VALUE})")
  private double minutes;

  @Option(names = "--seed", description = "of the faults (a new one each time)")
  private Long seed;

  @Option(names = "--nodes", defaultValue = "3", description = "3 or 5 (${DEFAULT-VALUE})")
  private int nodes;

  @Option(names = "--partitions", defaultValue = "4", description = "(${DEFAULT-VALUE})")
  private int partitions;

  @Option(names = "--clients", defaultValue = "12", description = "(${DEFAULT-VALUE})")
  private int clients;

  @Option(
      names = "--evidence",
      description = "a new directory for history, faults and what the nodes say (a temporary one)")
  private Path evidence;

  private Chaos() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Chaos()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes != 3 && nodes != 5) {
      throw new ParameterException(spec.commandLine(), "--nodes is 3 or 5: " + nodes);
    }
    long chosen = seed == null ? System.nanoTime() & 0xFFFFFF : seed;
    Path directory =
        evidence == null
            ? Files.createTempDirectory("tidemark-chaos-")
            : Files.createDirectory(evidence);
    Setting setting = Setting.most(nodes, partitions);
    say("seed %d, %d nodes, %.1f minutes", chosen, nodes, minutes);
    Needs.forNamespaces().ifPresent(why -> say("without cuts of the network: %s", why));
    Needs.forTreatments().ifPresent(why -> say("without late and wrong packets: %s", why));
    Needs.forDisks().ifPresent(why -> say("without power cuts and full disks: %s", why));
    Needs.forFaultyDisks().ifPresent(why -> say("without disks that fail and stall: %s", why));
    int code;
    try (Cluster cluster = Cluster.create(setting, directory)) {
      code = run(cluster, directory, chosen);
    }
    if (code == 0) {
      deleteData(directory);
    }
    return code;
  }

  /// Of a run in which all held, what clients saw is evidence enough.
  private static void deleteData(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path entry : entries) {
        Trees.delete(entry);
      }
    }
  }

  private int run(Cluster cluster, Path directory, long chosen)
      throws IOException, InterruptedException {
    cluster.start();
    Chance chance = new Chance(chosen);
    List<String> faults = new ArrayList<>();
    try (PrintWriter journal =
            new PrintWriter(Files.newBufferedWriter(directory.resolve("faults.txt")));
        Load load = new Load(cluster, directory, clients, READERS, PAUSE, chance.split())) {
      FaultMenu menu = new FaultMenu(cluster, chance.split());
      ChaosRun run = new ChaosRun(cluster, load, menu, chance, journal);
      long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
      faults.addAll(run.until(end));
      load.stop();
      String found = faults.isEmpty() ? judge(cluster, load, faults) : judgeClients(load, faults);
      if (cluster.isClosed()) {
        say("ended before its time: no verdict");
        return 1;
      }
      faults.forEach(fault -> journal.println(fault.strip()));
      for (String fault : faults) {
        say("%s", fault.strip());
      }
      say(
          "%s: seed %d, %d faults of %d kinds; %s; evidence in %s",
          faults.isEmpty() ? "HELD" : "BROKEN",
          chosen,
          run.faults(),
          menu.size(),
          found,
          directory);
    }
    return faults.isEmpty() ? 0 : 1;
  }

  private static String judge(Cluster cluster, Load load, List<String> faults)
      throws IOException, InterruptedException {
    List<PartitionState> quiet;
    try {
      quiet = cluster.awaitQuiet(QUIET);
    } catch (IllegalStateException e) {
      faults.add(e.getMessage());
      return judgeClients(load, faults);
    }
    cluster.killAll();
    Judgement judgement = Judgement.of(cluster, load, quiet);
    faults.addAll(judgement.faults());
    return judgement.toString();
  }

  /// What is on the disks of nodes that did not recover is not known to be all there is.
  private static String judgeClients(Load load, List<String> faults) throws IOException {
    Judgement judgement = Judgement.ofClients(load);
    faults.addAll(judgement.faults());
    return judgement + " by what clients saw; the disks are not judged";
  }

  private static void say(String format, Object... values) {
    System.out.printf(format + "%n", values);
  }
}
