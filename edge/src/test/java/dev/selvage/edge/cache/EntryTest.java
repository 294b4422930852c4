package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntryTest {
    private static final long ARRIVED = 1_000_000;

    private final Body body = new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, -1);

    private Entry entry(Storing storing, Headers headers, Map<String, String> request) {
        return new Entry(
                200,
                headers,
                body,
                -1,
                storing,
                new PurgeFences.Birth(5, 0),
                ARRIVED,
                new Entry.Selection(request::get, Variance.AS_SENT, ""));
    }

    private Entry entry(Storing storing) {
        return entry(storing, Headers.EMPTY, Map.of());
    }

    private static Storing.Yes fresh(long lifetime, long initialAge) {
        return new Storing.Yes(lifetime, initialAge, 0, -1, false);
    }

    @Test
    void itIsFreshUntilItsLifetimeIsOver() {
        Entry entry = entry(fresh(60, 10));
        assertThat(entry.freshUntil()).isEqualTo(ARRIVED + 50_000);
        assertThat(entry.fresh(ARRIVED)).isTrue();
        assertThat(entry.fresh(ARRIVED + 49_999)).isTrue();
        assertThat(entry.fresh(ARRIVED + 50_000)).isFalse();
    }

    @Test
    void itIsAsOldAsItWasAndTheTimeSince() {
        Entry entry = entry(fresh(60, 10));
        assertThat(entry.age(ARRIVED)).isEqualTo(10);
        assertThat(entry.age(ARRIVED + 1_999)).isEqualTo(11);
        assertThat(entry.age(ARRIVED - 5_000)).as("a clock that went back").isEqualTo(10);
        assertThat(entry(new Storing.No(dev.selvage.model.event.MissReason.NO_STORE))
                        .age(ARRIVED + 3_000))
                .isEqualTo(3);
    }

    @Test
    void whatIsNotStoredIsNeverFreshNorUsableStale() {
        Entry entry = entry(new Storing.No(dev.selvage.model.event.MissReason.NO_STORE));
        assertThat(entry.fresh(0)).isFalse();
        assertThat(entry.usableWhileRevalidating(0)).isFalse();
        assertThat(entry.usableOnError(ARRIVED, true, true)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example, '',             false",
        "http://a.example, Accept,         false",
        "null,             '',             false",
        "*,                '',             true",
        "' * ',            Accept,         true",
    })
    void whatAllowsOneOriginIsForThatOrigin(String allowed, String vary, boolean forAll) {
        Headers headers = Headers.of("access-control-allow-origin", allowed, "vary", vary);
        Entry entry = entry(fresh(60, 0), headers, Map.of("origin", "http://a.example"));
        assertThat(entry.selectedBy(Map.of("origin", "http://a.example")::get)).isTrue();
        assertThat(entry.selectedBy(Map.of("origin", "http://b.example")::get)).isEqualTo(forAll);
        assertThat(entry.selectedBy(Map.<String, String>of()::get)).isEqualTo(forAll);
    }

    @Test
    void theLongestLifetimeDoesNotOverflow() {
        assertThat(entry(new Storing.Yes(1L << 31, 0, 1L << 31, 1L << 31, false))
                        .usableWhileRevalidating(ARRIVED))
                .isTrue();
        assertThat(entry(fresh(1L << 31, 0)).fresh(ARRIVED + 60L * 365 * 86_400_000))
                .isTrue();
    }

    @Test
    void itMayBeServedStaleWhileItIsFetchedAnewForAsLongAsItSays() {
        Entry entry = entry(new Storing.Yes(60, 0, 30, -1, false));
        assertThat(entry.usableWhileRevalidating(ARRIVED + 89_999)).isTrue();
        assertThat(entry.usableWhileRevalidating(ARRIVED + 90_000)).isFalse();
        assertThat(entry(fresh(60, 0)).usableWhileRevalidating(ARRIVED + 60_000))
                .isFalse();
        assertThat(entry(new Storing.Yes(60, 0, 30, -1, true)).usableWhileRevalidating(ARRIVED + 60_001))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        // said, must-revalidate, after (s), unreachable, alwaysOnline, usable
        "30, false, 89, false, false, true",
        "30, false, 90, false, false, false",
        "30, false, 90, true,  true,  false",
        "0,  false, 61, true,  true,  false",
        "-1, false, 999, true, false, true",
        "-1, false, 999, false, true, true",
        "-1, false, 999, false, false, false",
        "30, true,  61, true,  true,  false",
        "-1, true,  61, true,  true,  false",
    })
    void itMayBeServedStaleForAFailingOriginAsItSaysElseAsTheOperatorSays(
            long said, boolean must, long after, boolean unreachable, boolean alwaysOnline, boolean usable) {
        Entry entry = entry(new Storing.Yes(60, 0, 0, said, must));
        assertThat(entry.usableOnError(ARRIVED + after * 1000, unreachable, alwaysOnline))
                .isEqualTo(usable);
    }

    @Test
    void aConfirmationBringsNewerFieldsAndFreshnessButNoOtherBody() {
        body.append(Unpooled.copiedBuffer("abc", StandardCharsets.US_ASCII), 3);
        Headers first = Headers.of(
                "etag",
                "\"1\"",
                "x",
                "old",
                "content-length",
                "3",
                "content-type",
                "text/css",
                "content-encoding",
                "br");
        Entry entry = entry(fresh(60, 0), first, Map.of()).sealed();
        Headers newer = Headers.of(
                "x",
                "new",
                "y",
                "1",
                "content-length",
                "0",
                "content-type",
                "text/html",
                "content-encoding",
                "gzip",
                "content-range",
                "bytes 0-1/2");
        Entry confirmed = entry.confirmed(
                newer, fresh(100, 0), new PurgeFences.Birth(9, 0), ARRIVED + 70_000, selection(Map.of()));
        assertThat(confirmed.headers().joined("x")).isEqualTo("new");
        assertThat(confirmed.headers().joined("y")).isEqualTo("1");
        assertThat(confirmed.headers().joined("etag")).isEqualTo("\"1\"");
        assertThat(confirmed.headers().joined("content-length")).isEqualTo("3");
        assertThat(confirmed.headers().joined("content-encoding")).isEqualTo("br");
        assertThat(confirmed.headers().has("content-range")).isFalse();
        assertThat(confirmed.contentType()).isEqualTo("html");
        assertThat(confirmed.body()).isSameAs(body);
        assertThat(confirmed.length()).isEqualTo(3);
        assertThat(confirmed.status()).isEqualTo(200);
        assertThat(confirmed.born()).isEqualTo(9);
        assertThat(confirmed.fresh(ARRIVED + 169_999)).isTrue();
        assertThat(confirmed.age(ARRIVED + 75_000)).isEqualTo(5);
    }

    @Test
    void sealingMakesTheLengthKnown() {
        Entry entry = entry(fresh(60, 0), Headers.of("vary", "accept"), Map.of("accept", "a"));
        assertThat(entry.length()).isEqualTo(-1);
        body.append(Unpooled.copiedBuffer("abcd", StandardCharsets.US_ASCII), 4);
        Entry sealed = entry.sealed();
        assertThat(sealed.length()).isEqualTo(4);
        assertThat(sealed.selectedBy(Map.of("accept", "a")::get)).isTrue();
        assertThat(sealed.selectedBy(Map.of("accept", "b")::get)).isFalse();
        assertThat(sealed.born()).isEqualTo(5);
    }

    @Test
    void aRequestSelectsItByTheFieldsThatVaryNames() {
        Entry entry = entry(
                fresh(60, 0),
                Headers.of("vary", "Accept-Encoding", "vary", "x-none"),
                Map.of("accept-encoding", " gzip ", "other", "1"));
        assertThat(entry.selectedBy(Map.of("accept-encoding", "gzip", "other", "2")::get))
                .isTrue();
        assertThat(entry.selectedBy(Map.of("accept-encoding", "\tgzip")::get)).isTrue();
        assertThat(entry.selectedBy(Map.of("accept-encoding", "br")::get)).isFalse();
        assertThat(entry.selectedBy(Map.of("accept-encoding", "gzip", "x-none", "")::get))
                .isFalse();
        assertThat(entry.selectedBy(EntryTest::none)).isFalse();
        assertThat(entry(fresh(60, 0)).selectedBy(EntryTest::none))
                .as("without Vary")
                .isTrue();
    }

    private static @Nullable String none(String name) {
        return null;
    }

    @Test
    void aConfirmedVariantIsStillSelectedByTheSameRequests() {
        Entry entry = entry(fresh(60, 0), Headers.of("vary", "accept"), Map.of("accept", "a"));
        Entry confirmed = entry.confirmed(
                Headers.of("vary", "accept"),
                fresh(60, 0),
                new PurgeFences.Birth(6, 0),
                ARRIVED + 1,
                selection(Map.of("accept", "a")));
        assertThat(confirmed.selectedBy(Map.of("accept", "a")::get)).isTrue();
        assertThat(confirmed.selectedBy(Map.of("accept", "b")::get)).isFalse();
        assertThat(confirmed.sameVariant(entry)).isTrue();
    }

    @Test
    void aConfirmationWithAnotherVaryIsForRequestsLikeTheOneThatItAnswered() {
        Entry entry = entry(fresh(60, 0));
        Entry confirmed = entry.confirmed(
                Headers.of("vary", "accept"),
                fresh(60, 0),
                new PurgeFences.Birth(6, 0),
                ARRIVED + 1,
                selection(Map.of("accept", "a")));
        assertThat(confirmed.selectedBy(Map.of("accept", "a")::get)).isTrue();
        assertThat(confirmed.selectedBy(Map.of("accept", "b")::get)).isFalse();
        assertThat(confirmed.body()).isSameAs(entry.body());
    }

    @Test
    void headDescribesAResponseWhenEachOfItsValidatorsIsThatOnes() {
        Entry entry = entry(fresh(60, 0), Headers.of("etag", "\"1\"", "last-modified", "x"), Map.of());
        assertThat(entry.describedBy(Headers.of("etag", "\"1\""))).isTrue();
        assertThat(entry.describedBy(Headers.of("etag", "W/\"1\"", "last-modified", "x")))
                .isTrue();
        assertThat(entry.describedBy(Headers.of("etag", "\"2\"", "last-modified", "x")))
                .isFalse();
        assertThat(entry.describedBy(Headers.of("etag", "\"1\"", "last-modified", "y")))
                .isFalse();
        assertThat(entry.describedBy(Headers.EMPTY)).as("nothing in common").isFalse();
        Entry tagged = entry(fresh(60, 0), Headers.of("etag", "\"1\""), Map.of());
        assertThat(tagged.describedBy(Headers.of("last-modified", "x"))).isFalse();
    }

    private static Entry.Selection selection(Map<String, String> request) {
        return new Entry.Selection(request::get, Variance.AS_SENT, "");
    }

    @Test
    void variantsAreTheSameWhenTheyAnswerTheSameRequests() {
        Headers vary = Headers.of("vary", "accept");
        Entry one = entry(fresh(60, 0), vary, Map.of("accept", "a"));
        assertThat(one.sameVariant(entry(fresh(60, 0), vary, Map.of("accept", "a"))))
                .isTrue();
        assertThat(one.sameVariant(entry(fresh(60, 0), vary, Map.of("accept", "b"))))
                .isFalse();
        assertThat(one.sameVariant(entry(fresh(60, 0), vary, Map.of()))).isFalse();
        assertThat(one.sameVariant(entry(fresh(60, 0)))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "'text/html; charset=utf-8',        html",
        "'IMAGE/PNG',                       png",
        "'application/vnd.api+json',        vnd.api+json",
        "'application/',                    unknown",
        "'x',                               x",
        "'a/0123456789012345678901234567890123456789', 01234567890123456789012345678901",
    })
    void itsMediaTypeHasAShortName(String type, String name) {
        assertThat(entry(fresh(60, 0), Headers.of("content-type", type), Map.of())
                        .contentType())
                .isEqualTo(name);
        assertThat(entry(fresh(60, 0)).contentType()).isEqualTo("empty");
    }

    @Test
    void anEncodedHeadIsRemembered() {
        Entry entry = entry(fresh(60, 0));
        assertThat(entry.encoded(null)).isNull();
        Entry.EncodedHead head = new Entry.EncodedHead(CachePlan.BrowserTtl.RESPECT, new byte[] {1});
        entry.encoded(null, head);
        assertThat(entry.encoded(null)).isSameAs(head);
    }

    @Test
    void itsMemoryIsItsBodysAndItsFields() {
        long small = entry(fresh(60, 0)).memory();
        assertThat(entry(fresh(60, 0), Headers.of("x", "a".repeat(1_000)), Map.of())
                        .memory())
                .isGreaterThanOrEqualTo(small + 1_000);
        body.append(Unpooled.wrappedBuffer(new byte[10_000]), 10_000);
        assertThat(entry(fresh(60, 0)).memory()).isGreaterThanOrEqualTo(small + 10_000);
    }

    @Test
    void itCanBeAskedForConditionallyWithEitherValidator() {
        assertThat(entry(fresh(1, 0)).hasValidator()).isFalse();
        assertThat(entry(fresh(1, 0), Headers.of("etag", "\"1\""), Map.of()).hasValidator())
                .isTrue();
        Entry dated = entry(fresh(1, 0), Headers.of("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"), Map.of());
        assertThat(dated.hasValidator()).isTrue();
        assertThat(dated.lastModified()).hasValue(784_111_777);
        assertThat(dated.etag()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // stored tag | stored date | tag of the 304 | date of the 304 | about the stored response
                "\"1\"   | -  | \"1\"   | -  | true",
                "\"1\"   | -  | \"2\"   | -  | false",
                "\"1\"   | -  | W/\"1\" | -  | true",
                "W/\"1\" | -  | \"1\"   | -  | true",
                "W/\"1\" | -  | W/\"2\" | -  | false",
                "\"1\"   | d1 | -       | d2 | false",
                "\"1\"   | -  | -       | -  | true",
                "-       | d1 | -       | d1 | true",
                "-       | d1 | -       | d2 | false",
                "-       | d1 | \"2\"   | d1 | false",
            })
    void a304IsAboutTheStoredResponseWhenItsValidatorsAre(
            @Nullable String tag,
            @Nullable String date,
            @Nullable String newTag,
            @Nullable String newDate,
            boolean identified) {
        assertThat(entry(fresh(60, 0), validators(tag, date), Map.of()).identifiedBy(validators(newTag, newDate)))
                .isEqualTo(identified);
    }

    private static Headers validators(@Nullable String tag, @Nullable String date) {
        Headers headers = tag == null ? Headers.EMPTY : Headers.of("etag", tag);
        return date == null ? headers : headers.with("last-modified", date);
    }

    @Test
    void whatIsWithheldIsNotShared() {
        Storing storing = new Storing.Yes(60, 0, 0, -1, false, List.of("set-cookie"));
        Entry entry = entry(storing, Headers.of("set-cookie", "a=b", "x", "1"), Map.of());
        assertThat(entry.headers().has("set-cookie")).isTrue();
        assertThat(entry.shareable().headers().has("set-cookie")).isFalse();
        assertThat(entry.shareable().headers().first("x")).isEqualTo("1");
        assertThat(entry.shareable().body()).isSameAs(entry.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The origin's coding | asked with | a request's field | selected?
                "gzip       | gzip | gzip                 | true",
                "gzip       | gzip | GZIP;q=0.1, zstd     | true",
                "gzip       | gzip | x-gzip               | true",
                "x-gzip     | gzip | gzip                 | true",
                "gzip       | gzip | *                    | true",
                "gzip       | gzip | br                   | false",
                "gzip       | gzip | gzip;q=0             | false",
                "gzip       | gzip |                      | false",
                "gzip, br   | gzip | gzip, br             | true",
                "gzip, br   | br   | gzip                 | false",
                "identity   | gzip | br                   | true",
                "aes128gcm  | gzip | gzip, aes128gcm, br  | false",
                // What the origin answers such requests with, whatever they accept.
                "gzip       |      |                      | true",
                "gzip       |      | br                   | false",
                "aes128gcm  | gzip | gzip                 | true",
                "deflate    | gzip | deflate, gzip        | true",
            })
    void whatTheOriginEncodedIsForThoseWhoAcceptThat(
            String coding, @Nullable String asked, @Nullable String accept, boolean selected) {
        Entry entry = entry(
                fresh(60, 0),
                Headers.of("content-encoding", coding),
                asked == null ? Map.of() : Map.of("accept-encoding", asked));
        assertThat(entry.selectedBy(name -> name.equals("accept-encoding") ? accept : null))
                .isEqualTo(selected);
    }

    @Test
    void onlyWhatHasNoCodingIsCompressible() {
        Headers html = Headers.of("content-type", "text/html");
        assertThat(entry(fresh(60, 0), html, Map.of()).compressible()).isTrue();
        assertThat(entry(fresh(60, 0), html.with("content-encoding", "gzip"), Map.of())
                        .compressible())
                .isFalse();
        assertThat(entry(fresh(60, 0), Headers.EMPTY, Map.of()).compressible()).isFalse();
    }

    @Test
    void whatTurnsOutSmallIsNotCompressible() {
        Entry growing = entry(fresh(60, 0), Headers.of("content-type", "text/html"), Map.of());
        body.append(Unpooled.wrappedBuffer(new byte[100]), 100);
        assertThat(growing.sealed().compressible()).isFalse();
        body.append(Unpooled.wrappedBuffer(new byte[200]), 200);
        assertThat(growing.sealed().compressible()).isTrue();
        body.release();
    }

    @Test
    void whatMustBeValidatedIsNeverFreshNotEvenForWhoCameBeforeIt() {
        Entry entry = entry(fresh(0, 0));
        assertThat(entry.fresh(ARRIVED - 5_000)).isFalse();
        assertThat(entry.reusable()).isFalse();
        assertThat(entry(fresh(1, 0)).fresh(ARRIVED - 5_000)).isTrue();
    }
}
