/// The HTTP API, the same on every node: it finds the leader itself.
package io.tidemark.node.http;
