/// The judges: pure functions from what was seen to a verdict.
///
/// [Linearizability] asks of each key whether one register could have given these answers in some
/// order that respects time. The [LogOracles] ask of the logs what they were promised to be; a log
/// gives the order itself, so that takes one look at each record.
package io.tidemark.testkit.check;
