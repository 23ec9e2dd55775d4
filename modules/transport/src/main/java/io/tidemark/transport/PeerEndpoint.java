package io.tidemark.transport;

import io.aeron.driver.DriverConductorProxy;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.media.SendChannelEndpoint;
import io.aeron.driver.media.UdpChannel;
import io.aeron.protocol.StatusMessageFlyweight;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.agrona.LangUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/// The driver's socket that sends to one peer and gets its answers.
///
/// The system of a peer whose process has ended answers the next datagram by "port unreachable".
/// Aeron takes that for loss; here it is passed on, because nothing tells sooner that a process was
/// killed. It says nothing about a host that is gone or cut off.
final class PeerEndpoint extends SendChannelEndpoint {
  private final Doorbell doorbell;
  private final Consumer<InetSocketAddress> onGone;
  private final Trailer trailer;
  private boolean gone;

  /// @param refused counts the datagrams that are dropped
  /// @param onGone told the peer's address, once until the peer is heard again
  PeerEndpoint(
      UdpChannel channel,
      AtomicCounter status,
      MediaDriver.Context context,
      Doorbell doorbell,
      LongAdder refused,
      Consumer<InetSocketAddress> onGone) {
    super(channel, status, context);
    this.doorbell = doorbell;
    this.trailer = new Trailer(refused);
    this.onGone = onGone;
  }

  @Override
  public void openDatagramChannel(AtomicCounter status) {
    super.openDatagramChannel(status);
    doorbell.watch(receiveDatagramChannel);
  }

  /// As in Aeron, but for what it ignores; these channels have no timestamps and one destination.
  @Override
  public int send(ByteBuffer buffer) {
    try {
      return sendDatagramChannel.isConnected()
          ? (int) Math.max(0, sendDatagramChannel.write(trailer.with(buffer)) - Trailer.BYTES)
          : 0;
    } catch (PortUnreachableException e) {
      gone();
    } catch (IOException e) {
      onSendError(e, connectAddress, errorHandler);
    }
    return 0;
  }

  /// The error waits at the socket for whoever calls next, sender or receiver. Absent is null, as
  /// in Aeron.
  @Override
  public InetSocketAddress receive(ByteBuffer buffer) {
    buffer.clear();
    try {
      if (receiveDatagramChannel.isOpen()) {
        InetSocketAddress from = (InetSocketAddress) receiveDatagramChannel.receive(buffer);
        return from != null && trailer.isTakenOff(buffer) ? from : null;
      }
    } catch (PortUnreachableException e) {
      gone();
    } catch (IOException e) {
      LangUtil.rethrowUnchecked(e);
    }
    return null;
  }

  @Override
  public void onStatusMessage(
      StatusMessageFlyweight message,
      UnsafeBuffer buffer,
      int length,
      InetSocketAddress source,
      DriverConductorProxy conductor) {
    gone = false;
    super.onStatusMessage(message, buffer, length, source, conductor);
  }

  private void gone() {
    if (!gone) {
      gone = true;
      onGone.accept(connectAddress);
    }
  }
}
