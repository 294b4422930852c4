/// Accounts, and what a caller may learn of itself. The first start makes one account.
@NullMarked
package dev.selvage.control.accounts;

import org.jspecify.annotations.NullMarked;
