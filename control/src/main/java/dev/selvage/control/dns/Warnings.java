package dev.selvage.control.dns;

import dev.selvage.control.api.Envelope;
import dev.selvage.control.names.HostName;
import dev.selvage.control.zones.Zone;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// What callers should look at twice; it goes into the answer's `messages`, and refuses nothing.
final class Warnings {
    /// A name that can be mistaken for another.
    static final int LOOK_ALIKE = 9901;

    /// A name that was completed with the zone's, although it looks like a full one.
    static final int COMPLETED = 9902;

    /// Times to live that were brought within the bounds.
    static final int TTL = 9903;

    private static final int MOST = 50;

    private final Map<String, ObjectNode> messages = new LinkedHashMap<>();

    void add(int code, String text) {
        if (messages.size() < MOST) {
            messages.putIfAbsent(text, Envelope.message(code, text));
        }
    }

    void lookAt(String name) {
        HostName.lookAlike(name).ifPresent(text -> add(LOOK_ALIKE, text));
    }

    /// @param given a canonical name that is not within the zone
    void completed(String given, Zone zone) {
        String top = zone.name().substring(zone.name().lastIndexOf('.') + 1);
        if (given.endsWith("." + top)) {
            add(
                    COMPLETED,
                    given + " is not within " + zone.name() + " and became " + given + "." + zone.name()
                            + "; write a full stop behind a name that is complete");
        }
    }

    List<ObjectNode> messages() {
        return List.copyOf(messages.values());
    }
}
