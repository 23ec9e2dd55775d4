package io.tidemark.node.directory;

import io.tidemark.node.Gateways;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.RosterText;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Asks one other node after the other whether it knows a newer roster. So each node hears of each
/// fact, also one that holds no replica of the directory, and one that others do not listen to any
/// more.
public final class News {
  /// What it is told.
  public sealed interface Command {}

  private enum Ask implements Command {
    INSTANCE
  }

  private record Heard(String roster) implements Command {}

  /// It writes a file at times.
  public static final DispatcherSelector DISPATCHER = DispatcherSelector.blocking();

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private News() {}

  /// @param every between two questions
  public static Behavior<Command> create(ReplicatedNode node, Gateways gateways, Duration every) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Ask.INSTANCE, every);
                  return Behaviors.receiveMessage(
                      command -> {
                        switch (command) {
                          case Ask _ -> {
                            node.dismissRemoved(context.getSystem());
                            context.pipeToSelf(
                                gateways.newsSince(node.roster().version(), PATIENCE),
                                (roster, failure) -> new Heard(failure == null ? roster : ""));
                          }
                          case Heard(String roster) -> {
                            if (!roster.isEmpty()) {
                              node.learn(RosterText.parse(roster));
                            }
                          }
                        }
                        return Behaviors.same();
                      });
                }));
  }
}
