package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.http.Headers;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Any bytes as `ETag`, and any as `If-None-Match` or `If-Range`: the first line is the one, the rest the other.
class ConditionsFuzzTest {
    private static final String OPAQUE = "\"[!\\x23-\\x7e\\x80-\\xff]*+\"";
    private static final Pattern TAG = Pattern.compile("(?:W/)?(" + OPAQUE + ")");
    private static final Pattern LIST = Pattern.compile(
            "[ \\t,]*+(?:(?:W/)?" + OPAQUE + "(?:[ \\t]*+,[ \\t,]*+(?:W/)?" + OPAQUE + ")*+)?[ \\t,]*+");

    @FuzzTest(maxDuration = "3m")
    void anyTags(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int line = text.indexOf('\n');
        if (line < 0) {
            return;
        }
        String etag = text.substring(0, line);
        String asked = text.substring(line + 1);
        Entry entry = entry(etag);
        boolean has = Conditions.notModified(entry, asked, null);
        Matcher own = TAG.matcher(etag);
        if (asked.strip().equals("*")) {
            assertThat(has).isTrue();
        } else if (own.matches() && LIST.matcher(asked).matches()) {
            Set<String> tags = new HashSet<>();
            Matcher tag = TAG.matcher(asked);
            while (tag.find()) {
                tags.add(tag.group(1));
            }
            assertThat(has).isEqualTo(tags.contains(own.group(1)));
        } else if (has) {
            String opaque = etag.startsWith("W/") ? etag.substring(2) : etag;
            assertThat(asked).as("304 to somebody who does not have it").contains(opaque);
            assertThat(opaque).startsWith("\"").endsWith("\"").hasSizeGreaterThan(1);
        }
        if (Conditions.rangeAllowed(entry, asked)) {
            assertThat(asked.strip())
                    .as("only a strong tag proves that parts fit")
                    .isEqualTo(etag);
            assertThat(etag).doesNotStartWith("W/");
        }
    }

    private static Entry entry(String etag) {
        return new Entry(
                200,
                Headers.of("etag", etag),
                new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0),
                0,
                new Storing.Yes(1, 0, 0, -1, false, List.of()),
                new PurgeFences.Birth(0, 0),
                0,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }
}
