/// Child processes: started, measured from outside, and stopped on every way out.
@NullMarked
package dev.selvage.bench.process;

import org.jspecify.annotations.NullMarked;
