/// Packets of a network namespace that are held back or changed on their way, by the queue that the
/// kernel offers for that (NFQUEUE).
package io.tidemark.testkit.packets;
