/// Settings: read strictly, reported whole, documented once.
@NullMarked
package dev.selvage.toolkit.settings;

import org.jspecify.annotations.NullMarked;
