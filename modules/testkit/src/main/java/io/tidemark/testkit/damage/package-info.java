/// Damage to files of a node that does not run, by a plan from a seed.
package io.tidemark.testkit.damage;
