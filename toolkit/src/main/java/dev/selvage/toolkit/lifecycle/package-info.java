/// Starting and stopping, the data directory, and health.
@NullMarked
package dev.selvage.toolkit.lifecycle;

import org.jspecify.annotations.NullMarked;
