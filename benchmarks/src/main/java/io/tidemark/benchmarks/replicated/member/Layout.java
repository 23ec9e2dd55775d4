package io.tidemark.benchmarks.replicated.member;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Where the servers of one cluster are.
///
/// @param self the number of this one from 0 on, or [#CLIENT]
/// @param directory of the cluster; each server has one of its own in it
/// @param shared in memory, what Aeron's drivers share with their clients goes there
/// @param ports the first of [#PORTS] that each server has for itself
/// @param partitions that the data are split into, where a side knows such a thing
public record Layout(int self, Path directory, Path shared, List<Integer> ports, int partitions) {
  /// The number of a process that is no server.
  public static final int CLIENT = -1;

  /// How many ports each server has.
  public static final int PORTS = 8;

  static final String HOST = "127.0.0.1";

  /// The reverse of [#arguments].
  static Layout of(List<String> arguments) {
    return new Layout(
        Integer.parseInt(arguments.get(0)),
        Path.of(arguments.get(1)),
        Path.of(arguments.get(2)),
        Arrays.stream(arguments.get(3).split(",")).map(Integer::valueOf).toList(),
        Integer.parseInt(arguments.get(4)));
  }

  /// As a command line has it.
  public List<String> arguments() {
    return List.of(
        Integer.toString(self),
        directory.toString(),
        shared.toString(),
        String.join(",", ports.stream().map(String::valueOf).toList()),
        Integer.toString(partitions));
  }

  /// The name of server `number`.
  public static String name(int number) {
    return number == CLIENT ? "client" : String.valueOf((char) ('a' + number));
  }

  /// This member's name.
  public String name() {
    return name(self);
  }

  /// The directory of this member.
  public Path own() {
    return directory.resolve(name());
  }

  /// Where this member's media driver has its files.
  Path ownShared() {
    return shared.resolve(name());
  }

  /// The numbers of all servers.
  IntStream servers() {
    return IntStream.range(0, ports.size());
  }

  /// Port number `which` of `server`.
  int port(int server, int which) {
    return ports.get(server) + which;
  }

  /// `HOST:PORT` of port number `which` of `server`.
  String address(int server, int which) {
    return HOST + ":" + port(server, which);
  }
}
