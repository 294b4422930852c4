@NullMarked
package dev.selvage.analytics;

import org.jspecify.annotations.NullMarked;
