package dev.selvage.rules;

/// The types of the language. Strings are bytes: as text each character is one byte (ISO 8859-1).
public enum Type {
    BOOLEAN("Bool"),
    INTEGER("Int"),
    IP("Ip"),
    STRING("String"),
    BOOLEANS("Array<Bool>"),
    INTEGERS("Array<Int>"),
    STRINGS("Array<String>"),
    /// By name, the values of that name in order.
    MAP("Map<Array<String>>");

    private final String spelled;

    Type(String spelled) {
        this.spelled = spelled;
    }

    /// As messages and documents spell it.
    public String spelled() {
        return spelled;
    }

    /// True for what `[*]` goes through.
    public boolean array() {
        return switch (this) {
            case BOOLEANS, INTEGERS, STRINGS -> true;
            case BOOLEAN, INTEGER, IP, STRING, MAP -> false;
        };
    }

    /// What an array of this type has.
    ///
    /// @throws IllegalStateException when it is none
    public Type element() {
        return switch (this) {
            case BOOLEANS -> BOOLEAN;
            case INTEGERS -> INTEGER;
            case STRINGS -> STRING;
            case BOOLEAN, INTEGER, IP, STRING, MAP -> throw new IllegalStateException(spelled + " is no array");
        };
    }
}
