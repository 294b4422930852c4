/// Tests of intake.
@NullMarked
package dev.selvage.analytics.intake;

import org.jspecify.annotations.NullMarked;
