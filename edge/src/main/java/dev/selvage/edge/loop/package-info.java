/// What every event loop has of its own: clock, scratch space, random numbers, timers, recorder.
///
/// * **Holds:** nothing here is shared between loops; everything is used on its own loop only.
@NullMarked
package dev.selvage.edge.loop;

import org.jspecify.annotations.NullMarked;
