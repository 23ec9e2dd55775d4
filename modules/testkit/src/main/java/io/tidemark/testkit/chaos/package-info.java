/// Random faults from a seed, against real nodes under load, until the time is up:
/// `./tidemark-chaos`.
package io.tidemark.testkit.chaos;
