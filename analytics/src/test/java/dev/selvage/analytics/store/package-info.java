/// Tests of the store.
@NullMarked
package dev.selvage.analytics.store;

import org.jspecify.annotations.NullMarked;
