package dev.selvage.bench.purge;

import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// Varnish, purged by bans that its ban lurker can work off: they ask for what the object carries.
final class VarnishSite implements Site {
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final int PATIENCE_MILLIS = 30_000;

    private final Children children;
    private final Process process;
    private final Socket console = new Socket();
    private final InputStream in;
    private final int port;

    VarnishSite(Children children, String varnish, int originPort) throws IOException, InterruptedException {
        this.children = children;
        List<Integer> ports = Ports.free(2);
        port = ports.getFirst();
        Path scratch = children.scratch();
        Path vcl = scratch.resolve("purge.vcl");
        Files.writeString(
                vcl,
                Peers.fill(
                        Peers.resource("/peers/purge.vcl.in"),
                        scratch,
                        Map.of("P_ORIGIN", Integer.toString(originPort))));
        Path secret = scratch.resolve("varnish-secret");
        Files.writeString(secret, "a secret of this run\n");
        process = children.start(
                "varnish-purged",
                scratch,
                List.of(
                        varnish,
                        "-F",
                        "-j",
                        "none",
                        "-n",
                        scratch + "/varnish",
                        "-a",
                        "127.0.0.1:" + port,
                        "-T",
                        "127.0.0.1:" + ports.getLast(),
                        "-S",
                        secret.toString(),
                        "-f",
                        vcl.toString(),
                        "-s",
                        "malloc,2G",
                        "-p",
                        "timeout_idle=3600",
                        "-p",
                        "cli_limit=1M"));
        await(children, "varnish-purged", process, port);
        console.setTcpNoDelay(true);
        console.setSoTimeout(PATIENCE_MILLIS);
        console.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.getLast()), PATIENCE_MILLIS);
        in = new BufferedInputStream(console.getInputStream());
        login(Files.readAllBytes(secret));
    }

    /// Waits until somebody listens.
    static void await(Children children, String name, Process process, int port)
            throws IOException, InterruptedException {
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (!Ports.accepts(port)) {
            if (!process.isAlive() || System.nanoTime() > until) {
                throw new IOException(name + " did not start:\n" + children.tail(name));
            }
            Thread.sleep(20);
        }
    }

    @Override
    public String name() {
        return "Varnish";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int mostPurges() {
        return Integer.MAX_VALUE;
    }

    @Override
    public void purge(List<String> prefixes) throws IOException {
        for (String prefix : prefixes) {
            command("ban obj.http.x-url ~ ^" + prefix + "/", 200);
        }
    }

    /// The authentication of Varnish's command line: a digest of what it says, the secret, and that again.
    private void login(byte[] secret) throws IOException {
        Said said = said();
        if (said.status != 107) {
            return;
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] challenge = (said.text.substring(0, 32) + "\n").getBytes(StandardCharsets.US_ASCII);
            digest.update(challenge);
            digest.update(secret);
            digest.update(challenge);
            command("auth " + HexFormat.of().formatHex(digest.digest()), 200);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void command(String command, int expected) throws IOException {
        console.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        Said said = said();
        if (said.status != expected) {
            throw new IOException("Varnish answered " + said.status + " to " + command + ": " + said.text);
        }
    }

    private record Said(int status, String text) {}

    /// A line of 12 characters with status and length, then as many bytes and a line's end.
    private Said said() throws IOException {
        byte[] head = in.readNBytes(13);
        if (head.length < 13) {
            throw new EOFException("Varnish ended its command line");
        }
        String line = new String(head, StandardCharsets.US_ASCII);
        int length = Integer.parseInt(line.substring(4, 12).strip());
        byte[] text = in.readNBytes(length + 1);
        return new Said(Integer.parseInt(line.substring(0, 3).strip()), new String(text, StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        try {
            console.close();
        } catch (IOException gone) {
            // It is stopped anyway.
        }
        children.stop(process);
    }
}
