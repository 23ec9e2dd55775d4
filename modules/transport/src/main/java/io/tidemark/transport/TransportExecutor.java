package io.tidemark.transport;

import com.typesafe.config.Config;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;
import org.apache.pekko.dispatch.MonitorableThreadFactory;
import org.apache.pekko.event.EventStream;

/// An executor for a dispatcher of Pekko: the thread of a transport. An actor there needs no other
/// thread to send what it has to say, and none to hear the answer.
///
/// Whoever runs there must not block: it would stop the driver. A dispatcher with `prompt = on` is
/// for the streams that carry frames: its tasks do not wait for those of the others. A system
/// without a transport gets the `fork-join-executor` of the dispatcher's settings. What Pekko does
/// about an error that leaves nothing certain, it does here too: it ends the process, unless its
/// settings say otherwise.
public final class TransportExecutor extends ExecutorServiceConfigurator {
  private static final String PROMPT = "prompt";

  /// By what a configurator is given of its system, and no other system has.
  private static final Map<EventStream, TransportThread> THREADS =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Config config;
  private final DispatcherPrerequisites prerequisites;

  public TransportExecutor(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
    this.config = config;
    this.prerequisites = prerequisites;
  }

  /// Lets the dispatchers of `system` that have this executor run on the thread of `transport`. To
  /// be called before one of them is used; the transport is to be closed after the system.
  public static void attach(ActorSystem system, AeronTransport transport) {
    THREADS.put(system.eventStream(), transport.thread());
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory factory) {
    TransportThread thread = THREADS.get(prerequisites.eventStream());
    if (thread == null) {
      return new ForkJoinExecutorConfigurator(config.getConfig("fork-join-executor"), prerequisites)
          .createExecutorServiceFactory(id, factory);
    }
    if (factory instanceof MonitorableThreadFactory pekkos) {
      thread.fatalErrorsTo(pekkos.exceptionHandler());
    }
    boolean prompt = config.hasPath(PROMPT) && config.getBoolean(PROMPT);
    return () -> new OnThread(prompt ? thread::executePromptly : thread);
  }

  /// The end of a dispatcher is not the end of the thread.
  private static final class OnThread extends AbstractExecutorService {
    private final Executor thread;
    private final CountDownLatch ended = new CountDownLatch(1);

    OnThread(Executor thread) {
      this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
      if (isShutdown()) {
        throw new RejectedExecutionException("the dispatcher has ended");
      }
      thread.execute(task);
    }

    @Override
    public void shutdown() {
      ended.countDown();
    }

    @Override
    public List<Runnable> shutdownNow() {
      shutdown();
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return ended.getCount() == 0;
    }

    @Override
    public boolean isTerminated() {
      return isShutdown();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
      return ended.await(timeout, unit);
    }
  }
}
