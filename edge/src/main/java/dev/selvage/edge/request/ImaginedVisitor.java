package dev.selvage.edge.request;

import dev.selvage.edge.http.RequestParser;
import dev.selvage.edge.loop.Loop;

/// A visitor that somebody describes and nobody answers.
///
/// @param port of the URL
record ImaginedVisitor(Loop loop, RequestParser head, byte[] address, int port, boolean tls) implements AbsentVisitor {}
