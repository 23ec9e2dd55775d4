/// What clients did and saw, one operation a line, written while it happens.
package io.tidemark.testkit.history;
