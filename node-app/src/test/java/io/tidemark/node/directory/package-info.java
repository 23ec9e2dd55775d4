/// What follows from the directory on one node.
package io.tidemark.node.directory;
