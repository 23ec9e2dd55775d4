/// The tools that look into a partition's log and mend it: what `tidemark log` runs.
///
/// Those that read ([Dump], [Inspection], [Stats], [Verdict]) see the directory through
/// `io.tidemark.log.verify`: they change nothing, need no lock, and show what is sound of a damaged
/// log. Those that write ([Load], [Repair], and trimming) go through `io.tidemark.log`, make
/// something new beside, and give it its name when it is whole.
package io.tidemark.node.tools;
