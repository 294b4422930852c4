@NullMarked
package dev.selvage.analytics.duckdb;

import org.jspecify.annotations.NullMarked;
