package io.tidemark.runtime;

/// Marks a message that actors of different nodes send each other. Its class, and every class in
/// it, needs a number in `tidemark.kryo.classes`.
public interface BetweenNodes {}
