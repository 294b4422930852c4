/// Who may call: the admin token, and the doors that ask for it.
///
/// * **In:** an `Authorization` header's value.
/// * **Out:** a principal, or a refusal in the API's words.
/// * **Holds:** the token itself is only in its file; memory keeps a hash, compared in constant time;
///   no message, log
/// or answer shows it.
@NullMarked
package dev.selvage.control.access;

import org.jspecify.annotations.NullMarked;
