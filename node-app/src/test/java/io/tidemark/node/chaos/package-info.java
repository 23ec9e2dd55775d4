/// Real nodes under real faults and under load, judged by what clients saw and by what is on the
/// disks. A short set; `./tidemark-chaos` goes on for as long as one likes.
package io.tidemark.node.chaos;
