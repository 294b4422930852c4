/// Host names and IP addresses, as callers write them and as everything else uses them.
@NullMarked
package dev.selvage.control.names;

import org.jspecify.annotations.NullMarked;
