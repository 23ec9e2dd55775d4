/// Frames between nodes, over Aeron UDP, as Pekko streams.
///
/// A [io.tidemark.transport.Frame] is an opaque payload with the few numbers that route it. Each
/// ordered pair of nodes has two [lanes][io.tidemark.transport.Lane], each with its own buffers. A
/// node runs one [io.tidemark.transport.AeronTransport]: one embedded media driver, one Aeron
/// client, one thread for both and for the transport itself.
///
/// ```
///   stage                   poller                  aeron: client, driver       other node
///
///   FrameSink --offer x3----------------------------> log --UDP---------------> image
///       |  `--hand over---> Outbound, again ---------> log                        |
///       |<----call back---------'                                                 |
///                                                                                 |
///   FrameSource <--batch--- Inbound <--poll, while there is credit----------------'
///       `-------credit--------->'
/// ```
///
/// # One thread
///
/// `TransportThread` goes round: tasks, driver, client, poller. When there is nothing to do it
/// sleeps at the `Doorbell`, a selector over the driver's sockets that other threads may ring: when
/// something was put into Aeron's log, and for a task. So a datagram or a task wakes it at once;
/// nobody polls. It wakes by itself a millisecond after the last work, for the driver's timers (a
/// lost packet is asked for again after a fraction of one), and else every 10 ms.
///
/// Streams and actors may run on the same thread, as tasks:
/// [io.tidemark.transport.TransportExecutor] is an executor for Pekko's dispatchers. What a stage
/// sends then goes out, and what arrives is in the stage's hands, without another thread. On one
/// record's way to a majority and back that leaves 7 hand-overs between threads of 15. Nobody may
/// block there. Tasks of a dispatcher that is `prompt`, those that carry frames, have their turn in
/// each round; the others share a millisecond of it.
///
/// **The road not taken** is the usual one, a thread each for driver, client and poller, which
/// spin, yield, or park when idle. Spinning takes the processors that the writers need; parked for
/// up to a millisecond, each of them is late by as much, four times between a record and its
/// commit.
///
/// # Who owns what
///
/// | thing | owner |
/// | --- | --- |
/// | driver and client (`Link`) | whoever starts, then the thread, then whoever closes |
/// | publication (`Outbound`) | its stage; the poller between hand-over and call-back |
/// | making and closing publications | the poller: a stage never waits for the driver |
/// | subscription (`Inbound`) | the poller |
/// | frames held for a slow downstream | the source stage, within the credit of `Receiver` |
/// | payload array | the frame; nobody writes to it |
///
/// Stages may run on other threads, so there is one lock: before Aeron's client unmaps memory it
/// takes the publications and subscriptions away, under a lock that each offer and each poll holds.
///
/// # What an offer answers, and what it means here
///
/// | Aeron | here | counted as |
/// | --- | --- | --- |
/// | a position | in the log of this node; not delivered | `framesSent` |
/// | NOT_CONNECTED | the frame is dropped, the stream goes on | `droppedNotConnected` |
/// | BACK_PRESSURED | the frame waits, and upstream with it | `backPressured`, once per frame |
/// | ADMIN_ACTION | the log turns a page: again at once | |
/// | CLOSED | the frame waits for a new publication | `reconnects` |
/// | MAX_POSITION_EXCEEDED | the same; the old log is used up | `reconnects` |
///
/// A frame waits one second for a publication that the driver does not make, then it is dropped: a
/// dead peer never holds up a stream with frames that nobody wants any more.
///
/// # What is lost, and who repairs it
///
/// Aeron resends what the network loses while both ends live. Beyond that frames are lost, in runs:
/// those dropped for an absent peer; those sent in the seconds before a dead peer is noticed; those
/// in the buffers of a driver, a client or a source that ends; whatever was under way when either
/// end replaced its client. Within one publication frames arrive in order and once; after a
/// reconnect the tail of the old one may arrive beside the head of the new one. The transport tells
/// nobody: the protocol above numbers its records, sees the gap, and sends again.
///
/// A process that was killed is told of by the system of its host, which answers the next datagram
/// by "port unreachable": [io.tidemark.transport.AeronTransport#watchPeers], after at most the 100
/// ms in which every publication says something. Of a host that is gone nobody tells.
///
/// Every datagram ends with a checksum, the `Trailer`: what the network spoils and UDP's checksum
/// does not tell is lost, and sent again, like the rest. With one bit turned in 30 % of the
/// datagrams for a moment, frames flow again within 0.3 s of its end; believed by Aeron, such
/// headers stopped a pair of nodes for up to 12 s.
///
/// Refused frames are dropped and counted by [reason][io.tidemark.transport.Refusal]. There is no
/// encryption and no authentication: the listen address belongs on a private network.
///
/// # A long pause of the process
///
/// Aeron's client closes itself for good when it was not run for some time. The tolerated time is
/// [long][io.tidemark.transport.TransportConfig#pauseTolerance], and driver and client, on one
/// thread, pause together. If it happens all the same, the poller connects a new client, on a new
/// driver if the old one is gone, and the stages go on with new publications.
///
/// # Measured
///
/// `sink` to UDP on loopback to `source`, both ends in one JVM, 2 shared cores, Java 25, median of
/// 7 runs. Expect a factor of two with the machine's load.
///
/// | MTU | 100 B | 8 KiB |
/// | --- | --- | --- |
/// | 1408 | 616 k frames/s | 20 k frames/s, 166 MB/s |
/// | 8192 | 965 k frames/s | 37 k frames/s, 300 MB/s |
///
/// Two processes, one stopped by SIGSTOP for 20 s: the other one's offers went on for 5 s into
/// nothing, then its frames were dropped; within 1 s of SIGCONT both directions ran again on the
/// same clients and publications.
package io.tidemark.transport;
