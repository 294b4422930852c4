/// The conventions of the API: envelope, errors, identifiers, paging, times, and the reading of request
/// bodies.
///
/// * **In:** HTTP calls from the web server.
/// * **Out:** answers in the envelope.
/// * **Holds:** every answer has `success`, `errors`, `messages` and `result`; a failure has a 4xx or
///   5xx status; text
/// that came from a caller is shortened and cleaned before it goes into a message.
@NullMarked
package dev.selvage.control.api;

import org.jspecify.annotations.NullMarked;
