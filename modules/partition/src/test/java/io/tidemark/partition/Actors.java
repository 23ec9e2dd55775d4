package io.tidemark.partition;

import static io.tidemark.partition.WriterRig.PATIENCE;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The actor system of one test class, from before its first test until after its last.
final class Actors implements BeforeAllCallback, AfterAllCallback {
  private ActorTestKit kit;

  @Override
  public void beforeAll(ExtensionContext context) {
    kit = ActorTestKit.create(context.getRequiredTestClass().getSimpleName());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    kit.shutdownTestKit();
  }

  ActorSystem<Void> system() {
    return kit.system();
  }

  <T> TestProbe<T> probe(Class<T> messages) {
    return kit.createTestProbe(messages);
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior) {
    return kit.spawn(behavior);
  }

  <T> ActorRef<T> spawn(Behavior<T> behavior, Props props) {
    return kit.spawn(behavior, props);
  }

  /// What users of `partition` work with, once it is open.
  Partition.Handle handle(ActorRef<Partition.Command> partition) {
    TestProbe<Partition.Handle> probe = probe(Partition.Handle.class);
    partition.tell(new Partition.GetHandle(probe.getRef()));
    return probe.receiveMessage(PATIENCE);
  }

  /// Stops `actor` and waits until it has.
  <T> void stop(ActorRef<T> actor) {
    kit.stop(actor, PATIENCE);
  }

  /// Waits until `actor` has stopped by itself.
  <T> void awaitStopped(ActorRef<T> actor) {
    kit.createTestProbe().expectTerminated(actor, PATIENCE);
  }

  /// What a stream ends with, which may take a while.
  static <T> T result(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
