package dev.selvage.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Proves that the compiler's gates are on, by compiling a project that inherits the build's settings and breaks them.
@Timeout(300)
class CompilerGatesTest {
    @TempDir
    Path project;

    @Test
    void whatIsRightCompiles() throws Exception {
        Compiled compiled = compile("return text == null ? 0 : text.length();");

        assertThat(compiled.output()).doesNotContain("ERROR");
        assertThat(compiled.exit()).isZero();
    }

    @Test
    void aNullDereferenceDoesNotCompile() throws Exception {
        Compiled compiled = compile("return text.length();");

        assertThat(compiled.exit()).isNotZero();
        assertThat(compiled.output()).contains("[NullAway] dereferenced expression 'text' is @Nullable");
    }

    @Test
    void aCompilerWarningDoesNotCompile() throws Exception {
        Compiled compiled = compile("java.util.List raw = java.util.List.of(); return raw.size();");

        assertThat(compiled.exit()).isNotZero();
        assertThat(compiled.output()).contains("found raw type").contains("warnings found and -Werror specified");
    }

    @Test
    void anErrorProneWarningDoesNotCompile() throws Exception {
        Compiled compiled = compile("int unused = 1; return 2;");

        assertThat(compiled.exit()).isNotZero();
        assertThat(compiled.output())
                .contains("errorprone.info/bugpattern/")
                .contains("warnings found and -Werror specified");
    }

    private record Compiled(int exit, String output) {}

    private Compiled compile(String body) throws IOException, InterruptedException {
        Path root = Path.of(property("gates.root"));
        Path source = Files.createDirectories(project.resolve("src/main/java/gates"));
        Files.writeString(source.resolve("package-info.java"), """
                @org.jspecify.annotations.NullMarked
                package gates;
                """);
        Files.writeString(source.resolve("Subject.java"), """
                package gates;

                import org.jspecify.annotations.Nullable;

                final class Subject {
                    private Subject() {}

                    static int length(@Nullable String text) {
                        %s
                    }
                }
                """.formatted(body));
        Files.writeString(project.resolve("pom.xml"), """
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <modelVersion>4.0.0</modelVersion>
                  <parent>
                    <groupId>dev.selvage</groupId>
                    <artifactId>selvage</artifactId>
                    <version>%s</version>
                    <relativePath>%s</relativePath>
                  </parent>
                  <artifactId>gates</artifactId>
                </project>
                """.formatted(
                version(root), project.toRealPath().relativize(root.toRealPath().resolve("pom.xml"))));
        Path log = project.resolve("log");
        ProcessBuilder maven = new ProcessBuilder(
                        Path.of(property("gates.maven"), "bin", "mvn").toString(),
                        "-B",
                        "-o",
                        "-f",
                        project.resolve("pom.xml").toString(),
                        "-Dmaven.repo.local=" + property("gates.repository"),
                        "-Denforcer.skip=true",
                        "compile")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        maven.environment().put("JAVA_HOME", System.getProperty("java.home"));
        maven.environment().put("MAVEN_OPTS", String.join(" ", Files.readAllLines(root.resolve(".mvn/jvm.config"))));
        maven.environment()
                .keySet()
                .removeAll(List.of("MAVEN_PROJECTBASEDIR", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        Process process = maven.start();
        process.getOutputStream().close();
        if (!process.waitFor(240, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Compiled(process.waitFor(), Files.readString(log, StandardCharsets.UTF_8));
    }

    private static String version(Path root) throws IOException {
        String pom = Files.readString(root.resolve("pom.xml"));
        return pom.substring(pom.indexOf("<version>") + "<version>".length(), pom.indexOf("</version>"));
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        assertThat(value).as(name + ", which the build sets").isNotNull();
        return String.valueOf(value);
    }
}
