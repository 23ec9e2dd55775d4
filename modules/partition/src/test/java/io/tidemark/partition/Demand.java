package io.tidemark.partition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// A subscriber that asks for exactly as much as the test says, and knows elements by their LSNs.
final class Demand<T> implements Subscriber<T> {
  private final ToLongFunction<T> lsn;
  private final BlockingQueue<Subscription> subscriptions = new LinkedBlockingQueue<>();
  private final BlockingQueue<T> elements = new LinkedBlockingQueue<>();
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
  private Subscription subscription;

  private Demand(ToLongFunction<T> lsn) {
    this.lsn = lsn;
  }

  /// Subscribed on return.
  static <T> Demand<T> on(Source<T, NotUsed> source, ToLongFunction<T> lsn, ActorSystem<?> system)
      throws InterruptedException {
    Demand<T> demand = new Demand<>(lsn);
    source.runWith(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), system).subscribe(demand);
    demand.subscription = demand.subscriptions.poll(10, TimeUnit.SECONDS);
    return demand;
  }

  void request(int count) {
    subscription.request(count);
  }

  void cancel() {
    subscription.cancel();
  }

  void expect(long... lsns) throws InterruptedException {
    List<Long> found = new ArrayList<>();
    for (int i = 0; i < lsns.length; i++) {
      T element = elements.poll(10, TimeUnit.SECONDS);
      assertThat(element).as("what comes after %s", found).isNotNull();
      found.add(lsn.applyAsLong(element));
    }
    assertThat(found).isEqualTo(LongStream.of(lsns).boxed().toList());
  }

  void expectNothing() throws InterruptedException {
    assertThat(elements.poll(100, TimeUnit.MILLISECONDS)).isNull();
  }

  Throwable expectFailure() throws InterruptedException {
    return failures.poll(10, TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscriptions.add(subscription);
  }

  @Override
  public void onNext(T element) {
    elements.add(element);
  }

  @Override
  public void onError(Throwable failure) {
    failures.add(failure);
  }

  @Override
  public void onComplete() {}
}
