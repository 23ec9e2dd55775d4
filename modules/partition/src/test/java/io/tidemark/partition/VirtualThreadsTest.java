package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class VirtualThreadsTest {
  /// With Pekko's default it ends the process. Crash story: a writer that got no memory for its
  /// ring was gone, and its partition was led again and again by who could not.
  @Test
  void anErrorOfTheMachineEndsTheSystem() {
    ActorSystem<String> system =
        ActorSystem.create(
            Behaviors.setup(
                context -> {
                  context
                      .spawn(failing(), "writer", DispatcherSelector.fromConfig(Writer.DISPATCHER))
                      .tell("go");
                  return Behaviors.empty();
                }),
            "system",
            ConfigFactory.parseString("pekko.jvm-exit-on-fatal-error = off")
                .withFallback(ConfigFactory.load()));
    assertThat(system.getWhenTerminated().toCompletableFuture())
        .succeedsWithin(30, TimeUnit.SECONDS);
  }

  private static Behavior<String> failing() {
    return Behaviors.receiveMessage(
        _ -> {
          throw new OutOfMemoryError("on purpose");
        });
  }
}
