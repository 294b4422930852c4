/// Which addresses may be an origin's.
///
/// * **In:** the bytes of an IP address; the kinds that the operator allows.
/// * **Out:** the address's [AddressKind], and whether an [OriginPolicy] lets the edge connect to it.
/// * **Holds:** every address has exactly one kind, that of the IPv4 address inside where it carries one;
///   no setting allows metadata services, or what can be nobody's address.
@NullMarked
package dev.selvage.model.origin;

import org.jspecify.annotations.NullMarked;
