package dev.selvage.control.dns;

/// The types of records that are kept. Only addresses and aliases can be proxied; the others are there
/// for tools that
/// keep all of a zone's records in one place.
public enum RecordType {
    A,
    AAAA,
    CNAME,
    MX,
    NS,
    TXT;

    boolean proxiable() {
        return switch (this) {
            case A, AAAA, CNAME -> true;
            case MX, NS, TXT -> false;
        };
    }

    boolean alias() {
        return this == CNAME;
    }
}
