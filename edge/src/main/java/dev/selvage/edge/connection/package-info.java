/// Visitors' connections: listeners, HTTP/1.1, tunnels.
///
/// * **In:** bytes from visitors.
/// * **Out:** one exchange after another per connection, and their responses in order.
/// * **Holds:** a connection is read no further than its exchange can take; what cannot be parsed
///   without doubt is
///   answered and the connection closed; every wait has a deadline.
@NullMarked
package dev.selvage.edge.connection;

import org.jspecify.annotations.NullMarked;
