package dev.selvage.acceptance.edge;

import dev.selvage.acceptance.Client;
import dev.selvage.acceptance.Origin;
import dev.selvage.acceptance.Program;
import dev.selvage.acceptance.Say;
import dev.selvage.acceptance.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// A site whose pages the scenarios write, and the program in front of it.
final class Site implements AutoCloseable {
    private final Map<String, Function<Wire.Request, Say>> pages = new ConcurrentHashMap<>();
    private final Origin origin;
    private final Program program;

    private Site(Path directory, String settings, boolean quickstart) throws Exception {
        origin = Origin.answering(request -> {
            Function<Wire.Request, Say> page = pages.get(path(request.target()));
            return page == null ? Say.status(404, "no such page") : page.apply(request);
        });
        try {
            Program.Start start = Program.in(directory).settings("cache.memory: 64MiB\n" + settings);
            program = quickstart ? start.up(origin.uri()) : start.up();
        } catch (Exception | AssertionError failure) {
            origin.close();
            throw failure;
        }
    }

    /// The program caches this site under any name.
    static Site quickstart(Path directory, String settings) throws Exception {
        return new Site(directory, settings, true);
    }

    /// The program knows no site before the API tells it.
    static Site managed(Path directory, String settings) throws Exception {
        return new Site(directory, settings, false);
    }

    private static String path(String target) {
        String path = target.startsWith("/") ? target : URI.create(target).getPath();
        int question = path.indexOf('?');
        return question < 0 ? path : path.substring(0, question);
    }

    /// What the origin answers for a path, whatever the query.
    void page(String path, Function<Wire.Request, Say> answer) {
        pages.put(path, answer);
    }

    /// The same answer every time.
    void page(String path, Say answer) {
        pages.put(path, _ -> answer);
    }

    Origin origin() {
        return origin;
    }

    Program program() {
        return program;
    }

    int port() {
        return program.edgePort();
    }

    Client connect() throws IOException {
        return Client.connect(port());
    }

    Wire.Response get(String target, String... fields) throws IOException {
        return Client.get(port(), target, fields);
    }

    Wire.Response ask(String method, String target, String body, String... fields) throws IOException {
        return Client.ask(port(), method, target, body, fields);
    }

    /// How often the origin was asked for a path, whatever the query.
    long asked(String path) {
        return origin.requests().stream()
                .filter(request -> path(request.target()).equals(path))
                .count();
    }

    /// The last request that the origin got for a path.
    Wire.Request last(String path) {
        return origin.requests().stream()
                .filter(request -> path(request.target()).equals(path))
                .reduce((_, later) -> later)
                .orElseThrow(() -> new AssertionError("the origin was not asked for " + path));
    }

    /// `CF-Cache-Status`, empty where there is none.
    static String status(Wire.Response response) {
        return response.header("CF-Cache-Status").orElse("");
    }

    @Override
    public void close() throws IOException {
        program.close();
        origin.close();
    }
}
