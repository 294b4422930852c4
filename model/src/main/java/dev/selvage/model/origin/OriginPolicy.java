package dev.selvage.model.origin;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// To which kinds of addresses the edge may connect: public ones always, those for documentation too,
/// which lead nowhere, and what the operator adds of [#CHOICES]. Nothing adds the others.
///
/// @param added by the operator
public record OriginPolicy(Set<AddressKind> added) {
    /// What an operator may add.
    public static final List<AddressKind> CHOICES =
            List.of(AddressKind.LOOPBACK, AddressKind.PRIVATE, AddressKind.LINK_LOCAL, AddressKind.BENCHMARKING);

    /// For an edge that serves others' zones.
    public static final OriginPolicy PUBLIC_ONLY = new OriginPolicy(Set.of());

    /// For an edge on the machine or in the network of its origins.
    public static final OriginPolicy NEARBY = new OriginPolicy(Set.of(AddressKind.LOOPBACK, AddressKind.PRIVATE));

    public OriginPolicy {
        added = Set.copyOf(added);
        for (AddressKind kind : added) {
            if (!CHOICES.contains(kind)) {
                throw new IllegalArgumentException("addresses of the kind " + kind.wire() + " cannot be allowed");
            }
        }
    }

    public boolean allows(AddressKind kind) {
        return switch (kind) {
            case PUBLIC, DOCUMENTATION -> true;
            case LOOPBACK, PRIVATE, LINK_LOCAL, BENCHMARKING -> added.contains(kind);
            case METADATA, UNSPECIFIED, MULTICAST, BROADCAST, RESERVED -> false;
        };
    }

    /// The kind of `host`, where it is an address in text and one that is not allowed. What a name leads
    /// to is known only when it is connected to.
    public Optional<AddressKind> refused(String host) {
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException name) {
            return Optional.empty();
        }
        return Optional.of(AddressKind.of(address.getAddress())).filter(kind -> !allows(kind));
    }
}
