package dev.selvage.analytics.store;

import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/// What the store consists of; the one file that is ever replaced.
///
/// Its lines are words divided by blanks, the first says what a line is; the last holds the checksum of
/// those before it.
///
/// @param written epoch milliseconds
/// @param next a number that no file has yet
/// @param needed what was committed from here on lies in segments alone
/// @param sources what is known of each source of batches before [#needed]
/// @param files those that are alive
record Manifest(long written, int next, Segments.Position needed, Map<String, Heard> sources, List<StoredFile> files) {
    /// The version that this program writes.
    static final int VERSION = 1;

    static final String FILE = "MANIFEST";
    private static final String NEW = "MANIFEST.new";
    private static final String FIRST = "selvage-analytics ";

    /// @param sequence of the newest batch
    /// @param at when it came; epoch milliseconds
    record Heard(long sequence, long at) {}

    Manifest {
        sources = Map.copyOf(sources);
        files = List.copyOf(files);
    }

    /// Of a store that holds nothing.
    static Manifest empty(long now) {
        return new Manifest(now, 1, Segments.Position.START, Map.of(), List.of());
    }

    /// Reads the manifest of a directory.
    ///
    /// @throws IOException when it cannot be read, or is damaged
    /// @throws NewerVersion when a newer program wrote it
    static Manifest read(Path directory) throws IOException, NewerVersion {
        Path file = directory.resolve(FILE);
        String text = Files.readString(file);
        int line = text.indexOf('\n');
        String first = line < 0 ? text : text.substring(0, line);
        try {
            if (!first.startsWith(FIRST)) {
                throw new IOException(file + " is not a manifest of the analytics store");
            }
            int version = Integer.parseInt(first.substring(FIRST.length()));
            if (version > VERSION) {
                throw new NewerVersion("the analytics store has version " + version
                        + ", written by a newer Selvage; this one knows versions up to " + VERSION
                        + ": start the newer one, or move the directory away to begin anew");
            }
            int end = text.lastIndexOf("end ");
            if (end < 0 || !text.substring(end).equals("end " + checksum(text.substring(0, end)) + "\n")) {
                throw new IOException(file + " is damaged: its checksum is not that of its lines");
            }
            return parse(text.substring(line + 1, end));
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
            throw new IOException(file + " is not readable: " + malformed.getMessage(), malformed);
        }
    }

    private static Manifest parse(String lines) {
        long written = 0;
        int next = 1;
        Segments.Position needed = Segments.Position.START;
        Map<String, Heard> sources = new TreeMap<>();
        List<StoredFile> files = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "written" -> written = Long.parseLong(words[1]);
                case "next" -> next = Integer.parseInt(words[1]);
                case "needed" -> needed = new Segments.Position(Integer.parseInt(words[1]), Long.parseLong(words[2]));
                case "source" ->
                    sources.put(
                            URLDecoder.decode(words[3], StandardCharsets.UTF_8),
                            new Heard(Long.parseLong(words[1]), Long.parseLong(words[2])));
                case "file" ->
                    files.add(new StoredFile(
                            StoredFile.Kind.valueOf(words[1].toUpperCase(Locale.ROOT)),
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3]),
                            Long.parseLong(words[4]),
                            Long.parseLong(words[5]),
                            Long.parseLong(words[6]),
                            Long.parseLong(words[7]),
                            words[8]));
                case "" -> {}
                default -> throw new IllegalArgumentException("the unknown line " + line);
            }
        }
        return new Manifest(written, next, needed, sources, files);
    }

    /// Takes the place of the directory's manifest; when it returns, that is durable.
    void write(Path directory, Disk disk) throws IOException {
        StringBuilder text = new StringBuilder(FIRST).append(VERSION).append('\n');
        line(text, "written", written);
        line(text, "next", next);
        line(text, "needed", needed.segment(), needed.offset());
        new TreeMap<>(sources)
                .forEach((source, heard) -> line(
                        text,
                        "source",
                        heard.sequence(),
                        heard.at(),
                        URLEncoder.encode(source, StandardCharsets.UTF_8)));
        for (StoredFile file : files) {
            line(
                    text,
                    "file",
                    file.kind().name().toLowerCase(Locale.ROOT),
                    file.level(),
                    file.piece(),
                    file.from(),
                    file.until(),
                    file.rows(),
                    file.bytes(),
                    file.name());
        }
        String checksum = checksum(text.toString());
        text.append("end ").append(checksum).append('\n');
        Path fresh = directory.resolve(NEW);
        Files.writeString(fresh, text);
        disk.force(fresh);
        disk.move(fresh, directory.resolve(FILE));
        disk.forceDirectory(directory);
    }

    private static void line(StringBuilder text, Object... words) {
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : " ").append(words[i]);
        }
        text.append('\n');
    }

    private static String checksum(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }
}
