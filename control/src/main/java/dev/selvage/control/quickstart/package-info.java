/// The site that is given on the command line: one ordinary zone, kept in step with its URL.
@NullMarked
package dev.selvage.control.quickstart;

import org.jspecify.annotations.NullMarked;
