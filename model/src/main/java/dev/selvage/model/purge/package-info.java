/// What travels from the control plane to every edge when an owner purges.
///
/// * **Holds:** per zone, sequences grow; a higher sequence was accepted later.
@NullMarked
package dev.selvage.model.purge;

import org.jspecify.annotations.NullMarked;
