/// HTTP/1.1 message syntax (RFC 9112): heads, chunked bodies, dates.
///
/// * **In:** bytes from a visitor or an origin, both hostile.
/// * **Out:** ranges of a validated head, or a refusal with the status that says why.
/// * **Holds:** nothing ambiguous is accepted: what this package lets through has exactly one reading,
///   so that no
/// message
///   can be split differently behind us.
@NullMarked
package dev.selvage.edge.http;

import org.jspecify.annotations.NullMarked;
