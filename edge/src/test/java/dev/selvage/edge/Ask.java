package dev.selvage.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A visitor who asks once on a connection of his own.
final class Ask {
    private static final int PATIENCE_MILLIS = 20_000;

    private Ask() {}

    /// @param fields `name: value` by line, names in lower case
    record Answer(int status, List<String> fields, String body) {
        List<String> all(String name) {
            return fields.stream()
                    .filter(field -> field.startsWith(name + ": "))
                    .map(field -> field.substring(name.length() + 2))
                    .toList();
        }

        String first(String name) {
            return all(name).isEmpty() ? "" : all(name).getFirst();
        }
    }

    static Answer get(int port, String target, String... fields) throws IOException {
        return send(
                port,
                "GET " + target + " HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n"
                        + (fields.length == 0 ? "" : String.join("\r\n", fields) + "\r\n") + "\r\n");
    }

    static Answer send(int port, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = all.indexOf("\r\n\r\n");
            if (end < 0) {
                throw new IOException("no whole answer: " + all);
            }
            List<String> lines = new ArrayList<>(List.of(all.substring(0, end).split("\r\n", -1)));
            int status = Integer.parseInt(lines.removeFirst().split(" ", 3)[1]);
            lines.replaceAll(line ->
                    line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT) + line.substring(line.indexOf(':')));
            return new Answer(status, List.copyOf(lines), all.substring(end + 4));
        }
    }
}
