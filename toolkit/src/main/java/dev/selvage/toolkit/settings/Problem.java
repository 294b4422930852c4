package dev.selvage.toolkit.settings;

/// Something wrong with the settings.
///
/// @param where the file and line, or the option
/// @param message what is wrong and what would be right
public record Problem(String where, String message) {
    @Override
    public String toString() {
        return where + ": " + message;
    }
}
