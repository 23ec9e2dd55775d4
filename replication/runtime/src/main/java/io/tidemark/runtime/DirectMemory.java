package io.tidemark.runtime;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/// The memory outside of the heap, which the Java machine gives to nobody beyond a limit.
final class DirectMemory {
  private DirectMemory() {}

  /// `-XX:MaxDirectMemorySize`; as much as the heap may have unless it was given.
  static long limitBytes() {
    String given =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .getVMOption("MaxDirectMemorySize")
            .getValue();
    return given.equals("0") ? Runtime.getRuntime().maxMemory() : Long.parseLong(given);
  }

  /// Fails if this process, of `limitBytes`, could not lead all `partitions` that it has replicas
  /// of: when their other nodes are gone it has to.
  static void checkHoldsRings(int partitions, int ringBytes, long limitBytes) {
    long neededBytes = (long) partitions * ringBytes;
    if (neededBytes > limitBytes) {
      throw new IllegalStateException(
          ("%d partitions need %d bytes of direct memory, %d for the ring of each that this node"
                  + " leads; the Java machine gives %d: raise -XX:MaxDirectMemorySize, or -Xmx")
              .formatted(partitions, neededBytes, ringBytes, limitBytes));
    }
  }
}
