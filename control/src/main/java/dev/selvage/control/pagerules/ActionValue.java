package dev.selvage.control.pagerules;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.selvage.control.api.Body;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.names.HostName;
import dev.selvage.model.rules.RedirectUrl;
import dev.selvage.model.rules.UrlPattern;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the value of an action must be.
sealed interface ActionValue {
    /// The field that holds it.
    String VALUE = "value";

    /// A year, in seconds.
    int LONGEST = 31_536_000;

    Set<String> ON_OFF = Set.of("on", "off");

    /// Says what is wrong with the value of an action.
    ///
    /// @param pattern the rule's; null when it is none
    void check(Body action, @Nullable UrlPattern pattern);

    /// Its fields, as the API lists them.
    ArrayNode properties();

    /// There is none. `on` is what some clients send.
    record None() implements ActionValue {
        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            if (action.has(VALUE)) {
                action.choice(VALUE, Set.of("on"));
            }
        }

        @Override
        public ArrayNode properties() {
            return Envelope.array();
        }
    }

    /// `on` or `off`.
    record Toggle() implements ActionValue {
        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            if (action.require(VALUE)) {
                action.choice(VALUE, ON_OFF);
            }
        }

        @Override
        public ArrayNode properties() {
            return only("toggle");
        }
    }

    /// One of some words.
    record Choice(List<String> words) implements ActionValue {
        public Choice {
            words = List.copyOf(words);
        }

        Choice(String... words) {
            this(List.of(words));
        }

        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            if (action.require(VALUE)) {
                action.choice(VALUE, Set.copyOf(words));
            }
        }

        @Override
        public ArrayNode properties() {
            ArrayNode properties = Envelope.array();
            ObjectNode property = properties
                    .addObject()
                    .put("name", VALUE)
                    .put("type", "select")
                    .put("multiple", false);
            words.forEach(property.putArray("choices")::add);
            return properties;
        }
    }

    /// Seconds, at most a year.
    record Seconds(int least) implements ActionValue {
        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            if (action.require(VALUE)) {
                action.number(VALUE, least, LONGEST);
            }
        }

        @Override
        public ArrayNode properties() {
            ArrayNode properties = Envelope.array();
            properties
                    .addObject()
                    .put("name", VALUE)
                    .put("type", "range")
                    .put("min", least)
                    .put("max", LONGEST);
            return properties;
        }
    }

    /// Seconds by status or range of statuses, see [StatusTtls].
    record SecondsByStatus() implements ActionValue {
        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            Body value = action.require(VALUE) ? action.object(VALUE) : null;
            if (value != null) {
                StatusTtls.check(value);
            }
        }

        @Override
        public ArrayNode properties() {
            return only("object");
        }
    }

    /// A regular expression that is looked for in cookies, in RE2's syntax, without counted repetition, which
    /// would make a long program of a short text.
    record CookieExpression() implements ActionValue {
        private static final int MOST = 150;
        private static final int WILDCARDS = 12;

        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            String text = action.require(VALUE) ? action.text(VALUE, MOST) : null;
            String wrong = text == null ? "" : wrong(text);
            if (!wrong.isEmpty()) {
                action.problems().add(action.pointer(VALUE), wrong);
            }
        }

        private static String wrong(String text) {
            if (text.isEmpty()) {
                return "the expression is empty, and would be found in every cookie";
            }
            if (text.indexOf('{') >= 0) {
                return "the expression has a {; counted repetition is not available";
            }
            if (text.split("\\.\\*", -1).length - 1 > WILDCARDS) {
                return "the expression has more than " + WILDCARDS + " wildcards (.*)";
            }
            try {
                Pattern.compile(text);
                return "";
            } catch (PatternSyntaxException failure) {
                return "the expression is not one of RE2: " + failure.getMessage();
            }
        }

        @Override
        public ArrayNode properties() {
            return only("text");
        }
    }

    /// A host name, or for an origin an address too.
    record Host(boolean orAddress) implements ActionValue {
        private static final int LONGEST_NAME = 255;

        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            String text = action.require(VALUE) ? action.text(VALUE, LONGEST_NAME) : null;
            if (text == null) {
                return;
            }
            boolean name = HostName.of(text).isPresent();
            if (!name && !(orAddress && HostName.isIpv6(text))) {
                action.problems()
                        .add(
                                action.pointer(VALUE),
                                orAddress
                                        ? "\"value\" must be a host name or an IP address, without a port"
                                        : "\"value\" must be a host name, without a port");
            }
        }

        @Override
        public ArrayNode properties() {
            return only("text");
        }
    }

    /// Where visitors are sent, and how.
    record Forwarding() implements ActionValue {
        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            Body value = action.require(VALUE) ? action.object(VALUE) : null;
            if (value == null) {
                return;
            }
            value.only(Set.of("url", "status_code"));
            Integer status = value.require("status_code") ? value.number("status_code", 301, 302) : null;
            String url = value.require("url") ? value.text("url", RedirectUrl.MAX_LENGTH) : null;
            if (status != null
                    && url != null
                    && pattern != null
                    && RedirectUrl.parse(url, pattern) instanceof RedirectUrl.Refused(String reason)) {
                value.problems().add(value.pointer("url"), reason);
            }
        }

        @Override
        public ArrayNode properties() {
            ArrayNode properties = Envelope.array();
            ObjectNode status = properties
                    .addObject()
                    .put("name", "status_code")
                    .put("type", "choice")
                    .put("multiple", false);
            status.putArray("choices").add(301).add(302);
            properties.addObject().put("name", "url").put("type", "forwardingUrl");
            return properties;
        }
    }

    /// What is minified.
    record Minify() implements ActionValue {
        private static final List<String> KINDS = List.of("html", "css", "js");

        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            Body value = action.require(VALUE) ? action.object(VALUE) : null;
            if (value != null) {
                value.only(Set.copyOf(KINDS));
                KINDS.forEach(kind -> value.choice(kind, ON_OFF));
            }
        }

        @Override
        public ArrayNode properties() {
            ArrayNode properties = Envelope.array();
            ObjectNode property = properties
                    .addObject()
                    .put("name", VALUE)
                    .put("type", "select")
                    .put("multiple", true)
                    .put("allowEmpty", true);
            KINDS.forEach(property.putArray("choices")::add);
            return properties;
        }
    }

    /// What is part of the cache key.
    record KeyFields() implements ActionValue {
        private static final int MOST = 100;
        private static final int LONGEST_NAME = 256;

        @Override
        public void check(Body action, @Nullable UrlPattern pattern) {
            Body value = action.require(VALUE) ? action.object(VALUE) : null;
            if (value == null) {
                return;
            }
            value.only(Set.of("query_string", "header", "host", "cookie", "user"));
            Body query = value.object("query_string");
            if (query != null) {
                query.only(Set.of("include", "exclude"));
                exclusive(query);
                names(query, "include", true);
                names(query, "exclude", true);
            }
            Body header = value.object("header");
            if (header != null) {
                header.only(Set.of("include", "exclude", "check_presence"));
                exclusive(header);
                names(header, "include", false);
                names(header, "exclude", false);
                names(header, "check_presence", false);
            }
            Body cookie = value.object("cookie");
            if (cookie != null) {
                cookie.only(Set.of("include", "check_presence"));
                names(cookie, "include", false);
                names(cookie, "check_presence", false);
            }
            flags(value.object("host"), Set.of("resolved"));
            flags(value.object("user"), Set.of("device_type", "geo", "lang"));
        }

        /// An empty list is as none: clients send both.
        private static void exclusive(Body fields) {
            if (given(fields, "include") && given(fields, "exclude")) {
                fields.problems().add(fields.pointer(), "expected either \"include\" or \"exclude\"");
            }
        }

        private static boolean given(Body fields, String name) {
            JsonNode sent = fields.node().path(name);
            return sent.isString() || !sent.isEmpty();
        }

        private static void names(Body fields, String name, boolean orAll) {
            JsonNode sent = fields.node().get(name);
            if (orAll && sent != null && sent.isString()) {
                fields.choice(name, Set.of("*"));
                return;
            }
            List<String> names = fields.texts(name, MOST, LONGEST_NAME);
            if (names.stream().anyMatch(String::isEmpty)) {
                fields.problems().add(fields.pointer(name), "a name must not be empty");
            }
            if (Set.copyOf(names).size() < names.size()) {
                fields.problems().add(fields.pointer(name), "a name stands there twice");
            }
        }

        private static void flags(@Nullable Body fields, Set<String> known) {
            if (fields != null) {
                fields.only(known);
                known.forEach(fields::flag);
            }
        }

        @Override
        public ArrayNode properties() {
            ArrayNode properties = Envelope.array();
            ArrayNode fields = properties
                    .addObject()
                    .put("name", VALUE)
                    .put("type", "object")
                    .putArray("properties");
            property(fields, "query_string", false, true, "include", "exclude");
            property(fields, "header", true, true, "include", "exclude", "check_presence");
            property(fields, "host", true, false, "resolved");
            property(fields, "cookie", true, true, "include", "check_presence");
            property(fields, "user", true, false, "device_type", "geo", "lang");
            return properties;
        }

        private static void property(
                ArrayNode fields, String name, boolean multiple, boolean allowEmpty, String... choices) {
            ObjectNode property = fields.addObject()
                    .put("name", name)
                    .put("type", "select")
                    .put("multiple", multiple)
                    .put("allowEmpty", allowEmpty);
            List.of(choices).forEach(property.putArray("choices")::add);
        }
    }

    private static ArrayNode only(String type) {
        ArrayNode properties = Envelope.array();
        properties.addObject().put("name", VALUE).put("type", type);
        return properties;
    }
}
