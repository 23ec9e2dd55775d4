/// A world in memory for tests: disks that forget, time that jumps, a network that loses.
package io.tidemark.simkit;
