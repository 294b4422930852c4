package dev.selvage.edge.config;

/// What a purge of a zone's URLs goes by.
///
/// @param forms of the primary keys
/// @param programs of the zone as it is, for what URLs are rewritten to
public record PurgeScope(PrimaryForms forms, ZonePrograms programs) {
    /// Of a zone that is not known.
    public static final PurgeScope UNKNOWN = new PurgeScope(PrimaryForms.ORDINARY, ZonePrograms.NONE);
}
