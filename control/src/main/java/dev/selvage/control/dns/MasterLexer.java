package dev.selvage.control.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Cuts a master file (RFC 1035 section 5.1) into lines of tokens. A line goes on within parentheses.
final class MasterLexer {
    /// Most tokens in one line.
    private static final int MOST_TOKENS = 1_000;

    private final String text;
    private int at;
    private int number = 1;

    MasterLexer(String text) {
        this.text = text;
    }

    /// @param text with its escapes, without the quotes around it
    record Token(String text, boolean quoted) {}

    sealed interface Line {
        /// Where it starts, from 1.
        int number();
    }

    /// @param indented whether it starts with a blank, so that it has no owner of its own
    /// @param comment what follows the last semicolon, which may be nothing
    record Tokens(int number, boolean indented, List<Token> tokens, String comment) implements Line {
        Tokens {
            tokens = List.copyOf(tokens);
        }
    }

    /// A line that cannot be cut; reading goes on behind it.
    record Broken(int number, String why) implements Line {}

    /// The tokens of a text of one line; empty when it is none.
    static Optional<List<Token>> tokens(String text) {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            return Optional.empty();
        }
        MasterLexer lexer = new MasterLexer(text);
        Optional<List<Token>> tokens = lexer.next()
                .filter(Tokens.class::isInstance)
                .map(Tokens.class::cast)
                .filter(line -> line.comment().isEmpty())
                .map(Tokens::tokens);
        return lexer.next().isEmpty() ? tokens : Optional.empty();
    }

    /// The next line that is not empty.
    Optional<Line> next() {
        while (at < text.length()) {
            Line line = line();
            if (!(line instanceof Tokens read) || !read.tokens().isEmpty()) {
                return Optional.of(line);
            }
        }
        return Optional.empty();
    }

    private Line line() {
        int start = number;
        boolean indented = blank(text.charAt(at));
        boolean open = false;
        String comment = "";
        List<Token> tokens = new ArrayList<>();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                endOfLine();
                if (!open) {
                    return new Tokens(start, indented, tokens, comment);
                }
            } else if (blank(c)) {
                at++;
            } else if (c == ';') {
                int from = at + 1;
                skipLine();
                comment = text.substring(from, at);
            } else if (c == '(' || c == ')') {
                if (open == (c == '(')) {
                    return broken(start, open ? "a parenthesis opens within another" : "a parenthesis closes none");
                }
                open = !open;
                at++;
            } else {
                Optional<Token> token = c == '"' ? quoted() : bare();
                if (token.isEmpty()) {
                    return broken(start, "a quote does not end in its line");
                }
                if (tokens.size() == MOST_TOKENS) {
                    return broken(start, "it has more than " + MOST_TOKENS + " parts");
                }
                tokens.add(token.get());
            }
        }
        return open ? broken(start, "a parenthesis is never closed") : new Tokens(start, indented, tokens, comment);
    }

    private Broken broken(int start, String why) {
        skipLine();
        if (at < text.length()) {
            endOfLine();
        }
        return new Broken(start, why);
    }

    /// A string in quotes; empty when they do not close in this line.
    private Optional<Token> quoted() {
        int from = ++at;
        if (!skipToQuote()) {
            return Optional.empty();
        }
        return Optional.of(new Token(text.substring(from, at++), true));
    }

    /// A token without quotes around it; parts of it may be quoted, as in `alpn="h2,h3"`.
    private Optional<Token> bare() {
        int from = at;
        while (at < text.length() && !ends(text.charAt(at))) {
            char c = text.charAt(at++);
            if (c == '"') {
                if (!skipToQuote()) {
                    return Optional.empty();
                }
                at++;
            } else if (c == '\\' && at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                at++;
            }
        }
        return Optional.of(new Token(text.substring(from, at), false));
    }

    /// Goes to the closing quote; false when there is none in this line.
    private boolean skipToQuote() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                return false;
            }
            if (c == '"') {
                return true;
            }
            boolean escape = c == '\\' && at + 1 < text.length() && text.charAt(at + 1) != '\n';
            at += escape ? 2 : 1;
        }
        return false;
    }

    private void skipLine() {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
    }

    private void endOfLine() {
        boolean both = text.startsWith("\r\n", at);
        at += both ? 2 : 1;
        number++;
    }

    private static boolean ends(char c) {
        return blank(c) || c == '\n' || c == '\r' || c == ';' || c == '(' || c == ')';
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }
}
