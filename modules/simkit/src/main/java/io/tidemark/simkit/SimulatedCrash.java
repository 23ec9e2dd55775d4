package io.tidemark.simkit;

/// The power went in the middle of an operation of a [SimulatedDisk].
///
/// An error and not an exception, so that no `catch (RuntimeException e)` on the way lives on after
/// its own death. Whoever runs the simulated node catches it and calls one of the crash methods.
public final class SimulatedCrash extends Error {
  SimulatedCrash(String step) {
    super("the power went at " + step);
  }
}
