/// A small HTTP server for the API and the dashboard: virtual threads, plain blocking handlers, bounded
/// bodies.
///
/// * **In:** routes, each a method, a path template and a [Handler].
/// * **Out:** a [WebServer] on one address.
/// * **Holds:** a handler's failure answers 500 with an id and is logged once; bodies beyond the bound
///   are refused
/// before they are read.
@NullMarked
package dev.selvage.toolkit.web;

import org.jspecify.annotations.NullMarked;
