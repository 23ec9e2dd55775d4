/// One partition's segmented log: format, segments, recovery.
package io.tidemark.log;
