/// Clusters of real nodes: a process each ([io.tidemark.testkit.cluster.Node]), on loopback or in
/// network namespaces that can be cut ([io.tidemark.testkit.cluster.Network]), with directories or
/// with disks of their own that can be hurt ([io.tidemark.testkit.cluster.Disk]).
///
/// Whatever is made on the machine (processes, namespaces, mounts) is undone by closing, by the end
/// of the JVM, and, if that is killed, by a shell that outlives it. Nothing else is touched.
package io.tidemark.testkit.cluster;
