/// Clusters of real nodes for JUnit 5.
package io.tidemark.testkit.junit;
