package dev.selvage.control.dns;

import dev.selvage.control.dns.DataField.Base64;
import dev.selvage.control.dns.DataField.Hex;
import dev.selvage.control.dns.DataField.Host;
import dev.selvage.control.dns.DataField.Parameters;
import dev.selvage.control.dns.DataField.Property;
import dev.selvage.control.dns.DataField.Quoted;
import dev.selvage.control.dns.DataField.Whole;
import java.util.List;

/// The types of records that are kept. Only addresses and aliases can be proxied; the others are there
/// for tools that keep all of a zone's records in one place.
public enum RecordType {
    A,
    AAAA,
    CAA(new Whole("flags", 255), new Property("tag"), new Quoted("value")),
    CERT(
            new Whole("type", 65_535),
            new Whole("key_tag", 65_535),
            new Whole("algorithm", 255),
            new Base64("certificate")),
    CNAME,
    DNSKEY(
            new Whole("flags", 65_535),
            new Whole("protocol", 255),
            new Whole("algorithm", 255),
            new Base64("public_key")),
    DS(new Whole("key_tag", 65_535), new Whole("algorithm", 255), new Whole("digest_type", 255), new Hex("digest")),
    HTTPS(new Whole("priority", 65_535), new Host("target"), new Parameters("value")),
    LOC,
    MX,
    NAPTR(
            new Whole("order", 65_535),
            new Whole("preference", 65_535),
            new Quoted("flags"),
            new Quoted("service"),
            new Quoted("regex"),
            new Host("replacement")),
    NS,
    OPENPGPKEY,
    PTR,
    SMIMEA(
            new Whole("usage", 255),
            new Whole("selector", 255),
            new Whole("matching_type", 255),
            new Hex("certificate")),
    SRV(new Whole("priority", 65_535), new Whole("weight", 65_535), new Whole("port", 65_535), new Host("target")),
    SSHFP(new Whole("algorithm", 255), new Whole("type", 255), new Hex("fingerprint")),
    SVCB(new Whole("priority", 65_535), new Host("target"), new Parameters("value")),
    TLSA(new Whole("usage", 255), new Whole("selector", 255), new Whole("matching_type", 255), new Hex("certificate")),
    TXT,
    URI(new Whole("weight", 65_535), new Quoted("target"));

    // Of List.of.
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<DataField> fields;

    RecordType(DataField... fields) {
        this.fields = List.of(fields);
    }

    /// The fields of `data` in the order in which the text form has them; none for [#LOC], whose text form
    /// is of its own.
    List<DataField> fields() {
        return fields;
    }

    /// True when such a record is given by `data`, and its content follows from that.
    boolean structured() {
        return !fields.isEmpty() || this == LOC;
    }

    boolean proxiable() {
        return this == A || this == AAAA || this == CNAME;
    }

    boolean alias() {
        return this == CNAME;
    }

    /// True when a record has a priority beside its content.
    boolean prioritised() {
        return this == MX || this == URI;
    }
}
