package dev.selvage.control.dns;

/// A field of a record's `data`, and how the text form writes it.
sealed interface DataField {
    String name();

    /// A number from 0.
    record Whole(String name, int most) implements DataField {}

    /// The property of a CAA record: letters and digits (RFC 8659 section 4.1).
    record Property(String name) implements DataField {}

    /// Text that is written in quotes.
    record Quoted(String name) implements DataField {}

    /// A host name, or a full stop for none.
    record Host(String name) implements DataField {}

    /// Bytes in hexadecimal digits, which take the rest of the line.
    record Hex(String name) implements DataField {}

    /// Bytes in Base64, which take the rest of the line.
    record Base64(String name) implements DataField {}

    /// The parameters of a service binding, which take the rest of the line.
    record Parameters(String name) implements DataField {}
}
