/// Accounts, which own zones, and the user's memberships in them. The first start makes one account.
///
/// * **Holds:** only the operator makes an account.
@NullMarked
package dev.selvage.control.accounts;

import org.jspecify.annotations.NullMarked;
