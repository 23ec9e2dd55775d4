/// package
package io.tidemark.simulator;
