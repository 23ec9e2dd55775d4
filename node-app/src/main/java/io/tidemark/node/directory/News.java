package io.tidemark.node.directory;

import io.tidemark.node.Gateways;
import io.tidemark.runtime.ReplicatedNode;
import io.tidemark.runtime.directory.RosterText;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Asks one other node after the other whether it knows a newer roster: when one of them said so,
/// and rarely without. So each node hears of each fact, also one that holds no replica of the
/// directory, and one that others do not speak to any more.
public final class News {
  /// What it is told.
  public sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private record Heard(String roster) implements Command {}

  /// It writes a file at times.
  public static final DispatcherSelector DISPATCHER = DispatcherSelector.blocking();

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// Every how many looks it asks although nobody said that there are any.
  private static final int RARELY = 10;

  private final ActorContext<Command> context;
  private final ReplicatedNode node;
  private final Gateways gateways;
  private int looks;

  private News(ActorContext<Command> context, ReplicatedNode node, Gateways gateways) {
    this.context = context;
    this.node = node;
    this.gateways = gateways;
  }

  /// @param every between two looks
  public static Behavior<Command> create(ReplicatedNode node, Gateways gateways, Duration every) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.INSTANCE, every);
                  News news = new News(context, node, gateways);
                  return Behaviors.receiveMessage(news::onCommand);
                }));
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case Look _ -> look();
      case Heard(String roster) -> {
        if (!roster.isEmpty()) {
          node.learn(RosterText.parse(roster));
        }
      }
    }
    return Behaviors.same();
  }

  private void look() {
    node.dismissRemoved(context.getSystem());
    if (looks++ % RARELY == 0 || node.hearsOfNewerRoster()) {
      context.pipeToSelf(
          gateways.newsSince(node.roster().version(), PATIENCE),
          (roster, failure) -> new Heard(failure == null ? roster : ""));
    }
  }
}
