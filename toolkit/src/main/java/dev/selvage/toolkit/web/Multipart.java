package dev.selvage.toolkit.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/// The fields of a form in `multipart/form-data` (RFC 7578). It is in memory already, so that nothing here
/// grows beyond the body.
public final class Multipart {
    private static final int MOST_PARTS = 16;
    private static final int LONGEST_HEADERS = 8 << 10;

    /// RFC 2046 section 5.1.1.
    private static final int LONGEST_BOUNDARY = 70;

    private Multipart() {}

    /// The form's fields and files by name; where a name comes again, the first counts.
    ///
    /// @throws IllegalArgumentException when the body is no such form; the message says what would be right
    public static Map<String, byte[]> fields(Call call) {
        String type = call.header("content-type");
        String boundary = type == null || !type.regionMatches(true, 0, "multipart/form-data", 0, 19)
                ? null
                : MultiPart.extractBoundary(type);
        if (boundary == null || boundary.isEmpty() || boundary.length() > LONGEST_BOUNDARY) {
            throw new IllegalArgumentException("expected a body of type multipart/form-data with a boundary");
        }
        Parts parts = new Parts();
        MultiPart.Parser parser = new MultiPart.Parser(boundary, parts);
        parser.setMaxParts(MOST_PARTS);
        parser.setPartHeadersMaxLength(LONGEST_HEADERS);
        try {
            parser.parse(Content.Chunk.from(ByteBuffer.wrap(call.body()), true));
        } catch (HttpException.RuntimeException | IllegalStateException broken) {
            throw new IllegalArgumentException("the form cannot be read: " + broken.getMessage());
        }
        return parts.fields();
    }

    private static final class Parts extends MultiPart.AbstractPartsListener {
        private final Map<String, byte[]> fields = new LinkedHashMap<>();
        private ByteArrayOutputStream content = new ByteArrayOutputStream();
        private @Nullable Throwable failure;
        private boolean complete;

        @Override
        public void onPartContent(Content.Chunk chunk) {
            ByteBuffer bytes = chunk.getByteBuffer();
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            content.writeBytes(copy);
        }

        @Override
        public void onPart(@Nullable String name, @Nullable String fileName, HttpFields headers) {
            if (name != null) {
                fields.putIfAbsent(name, content.toByteArray());
            }
            content = new ByteArrayOutputStream();
        }

        @Override
        public void onComplete() {
            complete = true;
        }

        @Override
        public void onFailure(Throwable cause) {
            failure = cause;
        }

        Map<String, byte[]> fields() {
            if (failure != null) {
                throw new IllegalArgumentException("the form cannot be read: " + failure.getMessage());
            }
            if (!complete) {
                throw new IllegalArgumentException("the form ends before its last boundary");
            }
            return fields;
        }
    }
}
