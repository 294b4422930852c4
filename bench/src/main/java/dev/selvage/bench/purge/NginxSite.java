package dev.selvage.bench.purge;

import dev.selvage.bench.edge.Peers;
import dev.selvage.bench.process.Children;
import dev.selvage.bench.process.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;

/// nginx's `proxy_cache`. It has no purging by prefix of its own; as its purge modules do, each file of the cache is
/// opened, and removed where its key begins with the prefix.
final class NginxSite implements Site {
    private static final int HEAD = 1_024;

    private final Children children;
    private final Process process;
    private final Path cache;
    private final int port;

    NginxSite(Children children, String nginx, int originPort) throws IOException, InterruptedException {
        this.children = children;
        cache = children.scratch().resolve("cache/purged");
        port = Ports.free(1).getFirst();
        process = start(
                children,
                nginx,
                "purge-cache",
                port,
                Map.of("P_HTTP", Integer.toString(port), "P_ORIGIN", Integer.toString(originPort)));
    }

    /// Starts nginx with one of the configurations of this benchmark.
    static Process start(Children children, String nginx, String name, int port, Map<String, String> values)
            throws IOException, InterruptedException {
        for (String directory : List.of("run", "tmp", "cache")) {
            Files.createDirectories(children.scratch().resolve(directory));
        }
        Path configuration = children.scratch().resolve(name + ".conf");
        Files.writeString(
                configuration, Peers.fill(Peers.resource("/peers/" + name + ".conf.in"), children.scratch(), values));
        Process process = children.start(name, children.scratch(), Peers.command(nginx, configuration));
        VarnishSite.await(children, name, process, port);
        return process;
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int mostPurges() {
        return 1;
    }

    @Override
    public void purge(List<String> prefixes) throws IOException {
        for (String prefix : prefixes) {
            byte[] key = ("\nKEY: " + prefix + "/").getBytes(StandardCharsets.ISO_8859_1);
            Files.walkFileTree(cache, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (holds(file, key)) {
                        Files.deleteIfExists(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
    }

    private static boolean holds(Path file, byte[] key) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        } catch (NoSuchFileException gone) {
            return false;
        }
        for (int i = 0; i + key.length <= head.length; i++) {
            int j = 0;
            while (j < key.length && head[i + j] == key[j]) {
                j++;
            }
            if (j == key.length) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        children.stop(process);
    }
}
