package dev.selvage.rules;

/// What is known of a request, and where the scope has it of its response.
///
/// A string, an array or a map that is asked for by the wrong method, or that nothing is known of, is
/// absent.
/// Implementations are reused from request to request and allocate nothing; not thread-safe.
public interface Facts {
    /// Reads a string, or an address as its 4 or 16 bytes.
    ///
    /// @return false when there is none; `into` is then untouched
    boolean read(RuleField field, Slice into);

    long integer(RuleField field);

    boolean flag(RuleField field);

    /// How many elements an array has, or how many pairs of name and value a map has, in the order in
    /// which they
    /// came.
    int count(RuleField field);

    /// Reads the i-th element of an array, or the i-th pair's value of a map.
    void value(RuleField field, int i, Slice into);

    /// Reads the name of the i-th pair of a map. Names of header fields are lower case.
    void name(RuleField field, int i, Slice into);
}
