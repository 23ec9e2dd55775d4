package io.tidemark.transport;

import io.aeron.driver.DataPacketDispatcher;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.ReceiveChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import org.agrona.concurrent.status.AtomicCounter;

/// The driver's socket at which all peers send, and from which they are answered.
final class ListenEndpoint extends ReceiveChannelEndpoint {
  private final Doorbell doorbell;
  private final Trailer trailer;

  /// An answer in one piece: a socket that has no peer of its own does not gather.
  private final ByteBuffer answer;

  /// @param refused counts the datagrams that are dropped
  ListenEndpoint(
      UdpChannel channel,
      DataPacketDispatcher dispatcher,
      AtomicCounter status,
      MediaDriver.Context context,
      Doorbell doorbell,
      LongAdder refused) {
    super(channel, dispatcher, status, context);
    this.doorbell = doorbell;
    this.trailer = new Trailer(refused);
    this.answer = ByteBuffer.allocateDirect(context.mtuLength() + Trailer.BYTES);
  }

  @Override
  public void openDatagramChannel(AtomicCounter status) {
    super.openDatagramChannel(status);
    doorbell.watch(receiveDatagramChannel);
  }

  @Override
  public int sendTo(ByteBuffer buffer, InetSocketAddress to) {
    answer.clear();
    for (ByteBuffer part : trailer.with(buffer)) {
      answer.put(part);
    }
    return Math.max(0, super.sendTo(answer.flip(), to) - Trailer.BYTES);
  }

  /// Absent is null, as in Aeron.
  @Override
  public InetSocketAddress receive(ByteBuffer buffer) {
    InetSocketAddress from = super.receive(buffer);
    return from != null && trailer.isTakenOff(buffer) ? from : null;
  }
}
