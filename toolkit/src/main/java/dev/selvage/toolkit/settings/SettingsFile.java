package dev.selvage.toolkit.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/// A settings file in YAML: nested maps or dotted names, scalars, and sequences of scalars.
///
/// It is read as a tree of texts, never as objects: YAML's own types (`off` is a boolean, `0755` is octal) do not reach
/// the settings, and no tag can make a class load.
final class SettingsFile {
    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 8;
    private static final int MAX_SETTINGS = 10_000;

    private final Path file;
    private final Collection<String> known;
    private final List<Problem> problems;
    private final Map<String, String> seen = new HashMap<>();

    SettingsFile(Path file, Collection<String> known, List<Problem> problems) {
        this.file = file;
        this.known = known;
        this.problems = problems;
    }

    void read(List<Given> given) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            problems.add(new Problem(file.toString(), "is larger than 1MiB; is it a settings file?"));
            return;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            LoaderOptions options = new LoaderOptions();
            options.setNestingDepthLimit(MAX_DEPTH);
            options.setMaxAliasesForCollections(0);
            options.setCodePointLimit(MAX_BYTES);
            Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
            if (root != null && !empty(root)) {
                walk("", root, given, 0);
            }
        } catch (CharacterCodingException notUtf8) {
            problems.add(new Problem(file.toString(), "is not UTF-8 text"));
        } catch (MarkedYAMLException malformed) {
            problems.add(new Problem(
                    place(malformed.getProblemMark()),
                    "is not YAML: " + malformed.getProblem() + "; expected lines of the form `name: value`"));
        } catch (YAMLException malformed) {
            problems.add(new Problem(file.toString(), "is not YAML: " + malformed.getMessage()));
        }
    }

    private void walk(String name, Node node, List<Given> given, int depth) {
        switch (node) {
            case MappingNode map -> {
                for (NodeTuple pair : map.getValue()) {
                    if (depth >= MAX_DEPTH || given.size() + problems.size() > MAX_SETTINGS) {
                        problems.add(
                                new Problem(place(pair.getKeyNode()), "has more or deeper settings than there are"));
                        return;
                    }
                    pair(name, pair, given, depth);
                }
            }
            case ScalarNode scalar -> give(name, scalar.getValue(), false, node, given);
            case SequenceNode sequence -> {
                List<String> texts = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    if (item instanceof ScalarNode scalar) {
                        texts.add(scalar.getValue());
                    } else {
                        problems.add(new Problem(place(item), name + ": expected a plain value in this list"));
                        return;
                    }
                }
                give(name, String.join(",", texts), true, node, given);
            }
            default -> problems.add(new Problem(place(node), name + ": expected a value, a list or a map"));
        }
    }

    private void pair(String prefix, NodeTuple pair, List<Given> given, int depth) {
        if (!(pair.getKeyNode() instanceof ScalarNode key)) {
            problems.add(new Problem(place(pair.getKeyNode()), "expected the name of a setting"));
            return;
        }
        String name = prefix.isEmpty() ? key.getValue() : prefix + "." + key.getValue();
        String first = seen.put(name, place(key));
        if (first != null) {
            problems.add(new Problem(place(key), name + " was set before, at " + first + "; keep one of the two"));
            return;
        }
        Node value = pair.getValueNode();
        if (empty(value) && !known.contains(name) && isGroup(name)) {
            return; // `cache:` with every line below it commented out
        }
        if (value instanceof MappingNode || known.contains(name) || !isGroup(name)) {
            if (value instanceof MappingNode && !isGroup(name)) {
                problems.add(new Problem(
                        place(key),
                        known.contains(name)
                                ? name + " takes a value, not further settings"
                                : Nearest.unknown(name, known)));
                return;
            }
            walk(name, value, given, depth + 1);
        } else {
            problems.add(new Problem(place(key), name + " takes no value itself, only further settings below it"));
        }
    }

    private boolean isGroup(String name) {
        return known.stream().anyMatch(key -> key.startsWith(name + "."));
    }

    private void give(String name, String text, boolean sequence, Node node, List<Given> given) {
        if (name.isEmpty()) {
            problems.add(new Problem(place(node), "expected lines of the form `name: value`"));
        } else {
            given.add(new Given(name, text, sequence, place(node)));
        }
    }

    private static boolean empty(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.NULL)
                && scalar.getValue().isEmpty();
    }

    private String place(Node node) {
        return place(node.getStartMark());
    }

    private String place(Mark mark) {
        return file + ":" + (mark.getLine() + 1);
    }
}
