package dev.selvage.edge.request;

import dev.selvage.edge.http.Ranges;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The body of a 206 with several parts (RFC 9110 section 14.6): what stands before each part and after the
/// last one.
public final class Multipart {
    private final List<Ranges.Part> parts;
    private final List<byte[]> heads;
    private final byte[] close;
    private final String mediaType;
    private final long length;

    /// @param boundary stands between the parts, and nowhere in them
    /// @param contentType the media type of the whole; null when it has none
    /// @param whole bytes of the whole
    /// @param offset where in the whole the stored body begins
    Multipart(List<Ranges.Part> parts, String boundary, @Nullable String contentType, long whole, long offset) {
        this.parts = parts.stream()
                .map(part -> new Ranges.Part(part.start() - offset, part.end() - offset))
                .toList();
        this.mediaType = "multipart/byteranges; boundary=" + boundary;
        this.heads = new ArrayList<>(parts.size());
        String type = contentType == null ? "" : "Content-Type: " + contentType + "\r\n";
        long sum = 0;
        for (Ranges.Part part : parts) {
            byte[] head = ((heads.isEmpty() ? "" : "\r\n") + "--" + boundary + "\r\n" + type + "Content-Range: bytes "
                            + part.start() + '-' + (part.end() - 1) + '/' + whole + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
            heads.add(head);
            sum += head.length + part.end() - part.start();
        }
        this.close = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
        this.length = sum + close.length;
    }

    public int size() {
        return parts.size();
    }

    /// The bytes of the stored body that the i-th part carries.
    public Ranges.Part part(int i) {
        return parts.get(i);
    }

    /// What stands before them.
    public byte[] head(int i) {
        return heads.get(i);
    }

    /// What stands after the last part.
    public byte[] close() {
        return close;
    }

    /// The `Content-Type` of the response.
    public String mediaType() {
        return mediaType;
    }

    /// Bytes of the response's body.
    public long length() {
        return length;
    }
}
