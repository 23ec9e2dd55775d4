package io.tidemark.partition;

import com.typesafe.config.Config;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.MonitorableThreadFactory;

/// An executor for a dispatcher of Pekko: a virtual thread for each run of a mailbox.
///
/// A writer that waits for a sync which it shares with others then holds up no thread, so any
/// number of them may wait. Pekko's own executor of virtual threads wants a package of the JDK
/// opened; this one wants nothing. What Pekko does about an error that leaves nothing certain, it
/// does here too: it ends the process, unless its settings say otherwise.
public final class VirtualThreads extends ExecutorServiceConfigurator {
  public VirtualThreads(Config config, DispatcherPrerequisites prerequisites) {
    super(config, prerequisites);
  }

  @Override
  public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory factory) {
    Thread.Builder threads = Thread.ofVirtual().name("tidemark-writer-", 0);
    if (factory instanceof MonitorableThreadFactory pekkos) {
      threads.uncaughtExceptionHandler(pekkos.exceptionHandler());
    }
    return () -> Executors.newThreadPerTaskExecutor(threads.factory());
  }
}
