@NullMarked
package dev.selvage.acceptance;

import org.jspecify.annotations.NullMarked;
