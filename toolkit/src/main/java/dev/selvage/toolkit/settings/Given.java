package dev.selvage.toolkit.settings;

/// A setting that somebody gave.
///
/// @param key the setting's name
/// @param text its value, unparsed
/// @param sequence written as a list of values, which `text` joins by commas
/// @param where the option, or the file and line
public record Given(String key, String text, boolean sequence, String where) {
    /// A setting from the command line.
    public static Given option(String key, String option, String text) {
        return new Given(key, text, false, option);
    }
}
