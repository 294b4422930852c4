package dev.selvage.bench.api;

import java.nio.charset.StandardCharsets;

/// A request to the API.
///
/// @param path below `/client/v4`
/// @param body JSON; empty for none
public record Call(String method, String path, String body) {
    public static Call get(String path) {
        return new Call("GET", path, "");
    }

    /// The request as it goes over the wire.
    byte[] bytes(int port, String token) {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = method + " /client/v4" + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nAuthorization: Bearer " + token
                + (body.isEmpty()
                        ? "\r\n\r\n"
                        : "\r\nContent-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n");
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] whole = new byte[start.length + content.length];
        System.arraycopy(start, 0, whole, 0, start.length);
        System.arraycopy(content, 0, whole, start.length, content.length);
        return whole;
    }
}
