package io.tidemark.benchmarks.replicated.member;

import io.tidemark.benchmarks.contender.Payloads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/// The entry of a process that is measured: `MemberProgram KIND LAYOUT...`.
public final class MemberProgram {
  private final Member member;
  private final PrintStream answers;
  private Probe probe;
  private volatile boolean loading;

  private MemberProgram(Member member, PrintStream answers) {
    this.member = member;
    this.answers = answers;
  }

  /// Runs until standard input ends.
  public static void main(String[] arguments) throws Exception {
    PrintStream answers = System.out;
    System.setOut(System.err);
    int code = 0;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      Layout layout = Layout.of(List.of(arguments).subList(1, arguments.length));
      Files.createDirectories(layout.own());
      Member member = MemberKind.valueOf(arguments[0]).open(layout);
      MemberProgram program = new MemberProgram(member, answers);
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        program.obey(line.split(" "));
      }
    } catch (Exception e) {
      e.printStackTrace(System.err);
      code = 1;
    }
    Runtime.getRuntime().halt(code);
  }

  private void obey(String[] words) throws Exception {
    switch (words[0]) {
      case "leads" -> answer(Boolean.toString(member.leads()));
      case "led" -> answer("led " + member.led());
      case "durable" -> answer("durable " + member.durableLsn());
      case "slow" -> {
        ((SlowedMember) member).slowSyncs(Duration.ofMillis(Long.parseLong(words[1])));
        answer("slowed");
      }
      case "keep" -> {
        ((LimitedMember) member).keep(Long.parseLong(words[1]));
        answer("kept");
      }
      case "epoch" -> answer("epoch " + ((LimitedMember) member).epoch());
      case "drive" ->
          drive(
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Duration.ofMillis(Long.parseLong(words[3])));
      case "load" -> load(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
      case "unload" -> loading = false;
      case "watch" -> watch(Integer.parseInt(words[1]));
      case "probe" -> probe.begin();
      case "stop" -> {
        probe.stop();
        answer("stopped");
      }
      default -> throw new IOException("unknown: " + String.join(" ", words));
    }
  }

  private void drive(int bytes, int outstanding, Duration length) throws Exception {
    Outcomes outcomes = new Outcomes();
    Producer producer = member.producer(outcomes).orElseThrow();
    long end = System.nanoTime() + length.toNanos();
    drive(producer, outcomes, bytes, outstanding, () -> System.nanoTime() < end);
  }

  private void load(int bytes, int outstanding) throws Exception {
    Outcomes outcomes = new Outcomes();
    Producer producer = member.producer(outcomes).orElseThrow();
    loading = true;
    Thread.ofPlatform()
        .name("load")
        .start(() -> drive(producer, outcomes, bytes, outstanding, () -> loading));
  }

  private void drive(
      Producer producer, Outcomes outcomes, int bytes, int outstanding, BooleanSupplier goesOn) {
    try (producer) {
      Drive drive = Drive.of(producer, outcomes, new Payloads(bytes), outstanding, goesOn);
      answer(
          "driven %d %d %d %d"
              .formatted(
                  drive.records(),
                  drive.nanos(),
                  drive.waits().getValueAtPercentile(50),
                  drive.waits().getValueAtPercentile(99)));
    } catch (IllegalStateException e) {
      answer("disturbed " + e.getMessage());
    }
  }

  private void watch(int bytes) throws Exception {
    Outcomes outcomes = new Outcomes();
    probe =
        new Probe(
            member.producer(outcomes).orElseThrow(),
            outcomes,
            new Payloads(bytes),
            () -> answer("acknowledged"));
    answer("watching");
  }

  private synchronized void answer(String line) {
    answers.println(line);
    answers.flush();
  }
}
