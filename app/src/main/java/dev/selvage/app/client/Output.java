package dev.selvage.app.client;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/// Data to the standard output, messages to the standard error; what the API said is cleaned on its way.
final class Output {
    private static final String BOLD = "\u001b[1m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final Surroundings around;
    private final OutputOptions options;
    private final boolean colors;
    private final String ellipsis;

    Output(Surroundings around, OutputOptions options) {
        this.around = around;
        this.options = options;
        Map<String, String> environment = around.environment();
        colors = !options.noColor
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "").equals("dumb");
        ellipsis = around.out().charset().newEncoder().canEncode('…') ? "…" : "~";
    }

    boolean isJson() {
        return options.json;
    }

    /// True where a person looks at the data.
    boolean isForPeople() {
        return around.terminals().out();
    }

    /// A remark about what happens, for people.
    void note(String text) {
        if (!options.quiet) {
            say(text);
        }
    }

    /// What went wrong: each line whole, in colour on a terminal.
    void error(String line) {
        boolean colored = colors && around.terminals().err();
        around.err().println("selvage: " + (colored ? RED : "") + Printable.line(line) + (colored ? PLAIN : ""));
    }

    /// What must be said, also to those who want quiet.
    void say(String text) {
        around.err().println("selvage: " + Printable.line(text));
    }

    /// A change that leaves nothing to look at: a remark for people, its JSON for programs.
    void done(String text, JsonNode result) {
        note(text);
        if (isJson()) {
            json(result);
        }
    }

    /// One line of data.
    void line(String text) {
        around.out().println(Printable.line(text));
    }

    /// One thing: its JSON, or a line for each of what people ask about.
    void one(JsonNode item, List<Column> columns) {
        if (isJson()) {
            json(item);
            return;
        }
        int width = columns.stream()
                .mapToInt(column -> Printable.width(column.title()))
                .max()
                .orElse(0);
        UnaryOperator<String> title = title();
        for (Column column : columns) {
            String name = column.title();
            around.out().println(title.apply(name) + " ".repeat(width - Printable.width(name) + 2) + column.of(item));
        }
        around.out().flush();
    }

    /// What makes a list: it is handed to a function that takes the items one after the other.
    interface Source {
        void each(Consumer<JsonNode> item) throws ClientFailure;
    }

    /// A list: a JSON array as its items come, or a table once all have come. A JSON array that fails midway has no
    /// end.
    void many(Source source, List<Column> columns) throws ClientFailure {
        if (isJson()) {
            jsonArray(source);
            return;
        }
        Table table = new Table(columns);
        source.each(table::add);
        table.print(
                around.terminals().out() ? around.terminals().columns() : 0, ellipsis, title(), around.out()::println);
        around.out().flush();
    }

    void json(JsonNode node) {
        write(JsonText.of(node, around.terminals().out(), 0) + "\n");
    }

    private void jsonArray(Source source) throws ClientFailure {
        boolean pretty = around.terminals().out();
        StringBuilder before = new StringBuilder("[");
        source.each(item -> {
            write(before + (pretty ? "\n  " : "") + JsonText.of(item, pretty, 1));
            before.setLength(0);
            before.append(',');
        });
        boolean empty = before.charAt(0) == '[';
        write(empty ? "[]\n" : (pretty ? "\n]\n" : "]\n"));
    }

    /// Text that the API answered: as it is for a program, cleaned for a terminal.
    void text(String text) {
        write(around.terminals().out() ? Printable.block(text) : text);
    }

    /// What the API answered, byte for byte unless a person looks at it.
    void raw(byte[] bytes) {
        if (around.terminals().out()) {
            text(new String(bytes, StandardCharsets.UTF_8));
        } else {
            around.out().writeBytes(bytes);
            around.out().flush();
        }
    }

    /// JSON and text of the API are UTF-8 (RFC 8259 section 8.1), whatever the terminal speaks.
    private void write(String text) {
        around.out().writeBytes(text.getBytes(StandardCharsets.UTF_8));
        around.out().flush();
    }

    private UnaryOperator<String> title() {
        boolean bold = colors && around.terminals().out();
        return text -> bold ? BOLD + text + PLAIN : text;
    }
}
