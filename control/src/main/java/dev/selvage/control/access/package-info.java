/// Who may call, and what he may do: the operator by the admin token or his key, others by tokens with
/// policies.
///
/// * **In:** the headers of a call.
/// * **Out:** a [dev.selvage.control.api.Caller], or a refusal in the API's words.
/// * **Holds:** no secret is stored but in the operator's own files; a hash is, compared in constant
///   time; no message, log or answer shows a secret, but the one that makes it; a token hands on what
///   it may do itself, and no more; what a caller may not see looks as if it were not there.
@NullMarked
package dev.selvage.control.access;

import org.jspecify.annotations.NullMarked;
