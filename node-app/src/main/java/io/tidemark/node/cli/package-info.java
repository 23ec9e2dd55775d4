/// The command line.
package io.tidemark.node.cli;
