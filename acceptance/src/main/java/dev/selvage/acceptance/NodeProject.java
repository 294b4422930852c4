package dev.selvage.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/// Node scripts of this module, and what they need, installed.
///
/// @param sources with the scripts, `package.json` and its lock file
/// @param installed with `node_modules`
public record NodeProject(Path sources, Path installed) {
    private static final int NODE_AT_LEAST = 20;

    /// Why this machine cannot run them; empty when it can.
    public static Optional<String> missing() {
        String version = said(List.of("node", "--version"));
        boolean there = version.startsWith("v")
                && Integer.parseInt(version.substring(1, version.indexOf('.'))) >= NODE_AT_LEAST
                && !said(List.of("npm", "--version")).isEmpty();
        return there ? Optional.empty() : Optional.of("this needs node " + NODE_AT_LEAST + " or newer, and npm");
    }

    /// The project in the directory `name` of this module, with what its lock file pins, brought unless it
    /// is there.
    public static NodeProject install(String name) throws IOException, InterruptedException {
        Path sources = Path.of(name).toAbsolutePath();
        Path installed = Path.of("target", name).toAbsolutePath();
        // Written last, so that a half installation is not taken for a whole one.
        Path done = installed.resolve("installed-lock.json");
        Path lock = sources.resolve("package-lock.json");
        if (!Files.exists(done) || Files.mismatch(done, lock) != -1) {
            Files.createDirectories(installed);
            for (String file : new String[] {"package.json", "package-lock.json"}) {
                Files.copy(sources.resolve(file), installed.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(installed.toFile())
                    .redirectErrorStream(true)
                    .start();
            String log = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (npm.waitFor() != 0) {
                throw new AssertionError("npm ci in " + installed + ": " + log);
            }
            Files.copy(lock, done, StandardCopyOption.REPLACE_EXISTING);
        }
        return new NodeProject(sources, installed);
    }

    /// The directory of an installed package.
    public Path module(String name) {
        return installed.resolve("node_modules").resolve(name);
    }

    /// A script of the project.
    public String script(String name) {
        return sources.resolve(name).toString();
    }

    /// What a command says, empty where it cannot be started.
    private static String said(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException absent) {
            return "";
        }
    }
}
