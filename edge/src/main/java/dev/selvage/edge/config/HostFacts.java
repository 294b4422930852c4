package dev.selvage.edge.config;

import dev.selvage.model.zone.ZoneConfig;
import dev.selvage.rules.Facts;
import dev.selvage.rules.RuleField;
import dev.selvage.rules.Slice;

/// What is known of every request for a host.
///
/// @param host lower case, without port
record HostFacts(String host, ZoneConfig zone) implements Facts {
    @Override
    public boolean read(RuleField field, Slice into) {
        String text = field == RuleField.HTTP_HOST
                ? host
                : field == RuleField.CF_ZONE_NAME ? zone.name() : field == RuleField.CF_ZONE_PLAN ? "ENT" : null;
        if (text == null) {
            return false;
        }
        into.set(text);
        return true;
    }

    @Override
    public long integer(RuleField field) {
        return 0;
    }

    @Override
    public boolean flag(RuleField field) {
        return false;
    }

    @Override
    public int count(RuleField field) {
        return 0;
    }

    @Override
    public void value(RuleField field, int i, Slice into) {
        throw new IndexOutOfBoundsException(i);
    }

    @Override
    public void name(RuleField field, int i, Slice into) {
        throw new IndexOutOfBoundsException(i);
    }
}
