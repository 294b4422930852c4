/// DNS records: they declare which host names the edge answers for, and where their origins are.
/// Nothing here answers DNS queries.
///
/// * **In:** calls below `/zones/{zone}/dns_records`, one record or many; zone files.
/// * **Out:** rows; for the edge, the proxied ones grouped by name; zone files.
/// * **Holds:** names are within their zone, lower-case punycode; a name has either one CNAME record or
///   addresses; CNAME records never lead back to themselves; of many changes all are made or none.
@NullMarked
package dev.selvage.control.dns;

import org.jspecify.annotations.NullMarked;
