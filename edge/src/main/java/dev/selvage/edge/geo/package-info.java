/// Where a client is: the country of an address.
///
/// * **In:** a client's address, as its 4 or 16 bytes.
/// * **Out:** an ISO 3166-1 alpha-2 code, or `XX`.
/// * **Holds:** an answer is given at once, before the database has been read too; nothing throws;
///   addresses stay in
/// memory only.
@NullMarked
package dev.selvage.edge.geo;

import org.jspecify.annotations.NullMarked;
