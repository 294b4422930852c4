/// Tests of the query planner.
@NullMarked
package dev.selvage.analytics.query;

import org.jspecify.annotations.NullMarked;
