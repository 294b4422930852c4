package dev.selvage.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// What an origin says, step by step: bytes, pauses until the scenario allows it, an early end.
///
/// ```java
/// Say.ok("hello").header("Cache-Control", "max-age=60")
/// Say.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345").thenClose()
/// ```
public final class Say {
    /// One step.
    sealed interface Step {}

    record Bytes(byte[] bytes) implements Step {}

    record Await(Gate gate) implements Step {}

    record Pause(Duration time) implements Step {}

    record Close() implements Step {}

    /// Ends the connection with a reset instead of an orderly end.
    record Reset() implements Step {}

    record Talking(Talk talk) implements Step {}

    /// A conversation that a scenario leads itself; the connection ends with it.
    @FunctionalInterface
    public interface Talk {
        /// @param in what the edge sends from here on
        /// @param out what the edge gets
        void talk(InputStream in, OutputStream out) throws IOException, InterruptedException;
    }

    /// Something that a scenario opens when it is time.
    public static final class Gate {
        private final java.util.concurrent.CountDownLatch latch = new java.util.concurrent.CountDownLatch(1);

        public void open() {
            latch.countDown();
        }

        /// True once it is open, within `patience`.
        public boolean await(Duration patience) throws InterruptedException {
            return latch.await(patience.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
        }
    }

    private final List<Step> steps;

    private Say(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /// A 200 with a text and its length.
    public static Say ok(String body) {
        return status(200, body);
    }

    /// A status with a text and its length.
    public static Say status(int status, String body) {
        return bytes(status, body.getBytes(StandardCharsets.UTF_8));
    }

    /// A status with a body and its length.
    public static Say bytes(int status, byte[] body) {
        String head = "HTTP/1.1 " + status + " Said\r\nContent-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes(body);
        return new Say(List.of(new Bytes(all.toByteArray())));
    }

    /// A 200 whose body comes in these chunks.
    public static Say chunked(String... chunks) {
        StringBuilder text = new StringBuilder("HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (String chunk : chunks) {
            text.append(Integer.toHexString(chunk.getBytes(StandardCharsets.UTF_8).length))
                    .append("\r\n")
                    .append(chunk)
                    .append("\r\n");
        }
        return raw(text.append("0\r\n\r\n").toString());
    }

    /// Exactly these bytes (UTF-8).
    public static Say raw(String bytes) {
        return new Say(List.of(new Bytes(bytes.getBytes(StandardCharsets.UTF_8))));
    }

    /// Nothing, with the connection left open.
    public static Say nothing() {
        return new Say(List.of());
    }

    /// The same with a header field after the status line.
    public Say header(String name, String value) {
        if (steps.isEmpty() || !(steps.getFirst() instanceof Bytes(byte[] bytes))) {
            throw new IllegalStateException("nothing is said yet");
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n") + 2;
        String more = text.substring(0, end)
                + new String(
                        (name + ": " + value + "\r\n").getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                + text.substring(end);
        List<Step> changed = new ArrayList<>(steps);
        changed.set(0, new Bytes(more.getBytes(StandardCharsets.ISO_8859_1)));
        return new Say(changed);
    }

    /// And then these bytes.
    public Say then(String bytes) {
        return and(new Bytes(bytes.getBytes(StandardCharsets.UTF_8)));
    }

    /// And then all that.
    public Say then(Say say) {
        List<Step> more = new ArrayList<>(steps);
        more.addAll(say.steps);
        return new Say(more);
    }

    /// And then nothing until the gate opens.
    public Say await(Gate gate) {
        return and(new Await(gate));
    }

    /// And then nothing for a while.
    public Say pause(Duration time) {
        return and(new Pause(time));
    }

    /// And then whatever the scenario makes of the connection.
    public Say thenTalk(Talk talk) {
        return and(new Talking(talk));
    }

    /// And then nothing more, until the edge ends the connection: that opens the gate.
    public Say untilGone(Gate gone) {
        return thenTalk((in, _) -> {
            try {
                while (in.read() >= 0) {
                    // Nothing is expected; what matters is the end.
                }
            } catch (SocketException reset) {
                // An end as well.
            }
            gone.open();
        });
    }

    /// And then the end of the connection.
    public Say thenClose() {
        return and(new Close());
    }

    /// And then a reset of the connection.
    public Say thenReset() {
        return and(new Reset());
    }

    List<Step> steps() {
        return steps;
    }

    private Say and(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Say(more);
    }
}
