package dev.selvage.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompletionCommandTest {
    @TempDir
    Path directory;

    private Commands commands() {
        return new Commands(directory, "http://127.0.0.1:1");
    }

    @Test
    void aShellCompletesCommandsVerbsAndOptions() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");

        assertThat(complete("./selvage", "zo")).containsExactly("zone");
        assertThat(complete("selvage", "zone", "")).contains("list", "add", "purge");
        assertThat(complete("./selvage", "dns", "add", "--pro")).contains("--proxied");
        assertThat(complete("./selvage", "purge", "--pre")).contains("--prefix", "--preview");
        assertThat(complete("./selvage", "purge", "")).contains("show", "explain");
        assertThat(complete("./selvage", "be")).containsExactly("bench");
        assertThat(complete("./selvage", "token", "list", "--tok")).containsExactly("--token-file");
    }

    /// What bash offers for the last word.
    private List<String> complete(String... words) throws Exception {
        String script = commands().run("completion", "bash").out();
        Path file = Files.writeString(directory.resolve("try.sh"), script + """

                # The word that is completed, as bash itself finds the function: by the name behind the last slash.
                words=("$@")
                complete -p "${words[0]##*/}" >/dev/null || exit 1
                COMP_WORDS=("${words[@]}")
                COMP_CWORD=$((${#words[@]} - 1))
                COMP_LINE="${words[*]}"
                COMP_POINT=${#COMP_LINE}
                COMPREPLY=()
                _complete_selvage
                printf '%s\\n' "${COMPREPLY[@]}"
                """);
        String[] command = new String[words.length + 2];
        command[0] = "/bin/bash";
        command[1] = file.toString();
        System.arraycopy(words, 0, command, 2, words.length);
        Path out = directory.resolve("out");
        Process bash = new ProcessBuilder(command)
                // Outside of a real completion, bash's compopt complains.
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(out.toFile())
                .start();
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out).lines().map(String::strip).toList();
    }

    @Test
    void theScriptKnowsZshToo() {
        String script = commands().run("completion", "zsh").out();

        assertThat(script).contains("ZSH_VERSION").contains("bashcompinit");
    }

    @Test
    void anotherShellIsRefused() throws IOException {
        Commands.Ran ran = commands().run("completion", "fish");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("expected bash or zsh, not fish");
        assertThat(ran.out()).isEmpty();
    }
}
