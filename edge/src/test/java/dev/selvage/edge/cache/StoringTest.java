package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.http.Headers;
import dev.selvage.edge.http.HttpDate;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.rules.SetCache;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StoringTest {
    private static final long NOW = 1_800_000_000_000L;
    private static final long SECOND = NOW / 1000;

    /// A case under construction.
    private static final class Case {
        private @Nullable String armored;
        private boolean rfc9111;
        private boolean originControl;
        private boolean byRule;
        private SetCache.@Nullable EdgeTtl edgeTtl;
        private String method = "GET";
        private boolean authorized;
        private boolean noStore;
        private boolean located;
        private boolean byTheLetter;
        private long sentAt = NOW;

        Case(boolean rfc9111) {
            this.rfc9111 = rfc9111;
            this.originControl = rfc9111;
        }

        Case armored(String ending) {
            armored = ending;
            return this;
        }

        Case byRule() {
            byRule = true;
            return this;
        }

        Case edge(SetCache.Mode mode, @Nullable Integer seconds, SetCache.StatusTtl... byStatus) {
            byRule = true;
            edgeTtl = new SetCache.EdgeTtl(mode, seconds, List.of(byStatus));
            return this;
        }

        Storing decide(int status, String... lines) {
            List<String> flat = new ArrayList<>();
            for (String line : lines) {
                int colon = line.indexOf(": ");
                flat.add(line.substring(0, colon));
                flat.add(line.substring(colon + 2));
            }
            CachePlan plan = new CachePlan(
                    true,
                    MissReason.NONE,
                    CacheStatus.MISS,
                    byRule,
                    rfc9111,
                    originControl,
                    7_200,
                    edgeTtl,
                    CachePlan.BrowserTtl.RESPECT,
                    false,
                    true);
            Storing.Facts facts =
                    new Storing.Facts(plan, method, armored, authorized, noStore, located, byTheLetter, sentAt, NOW);
            return Storing.decide(facts, status, Headers.of(flat.toArray(String[]::new)));
        }

        Storing.Yes stored(int status, String... lines) {
            Storing decision = decide(status, lines);
            assertThat(decision).isInstanceOf(Storing.Yes.class);
            return (Storing.Yes) decision;
        }

        MissReason refused(int status, String... lines) {
            Storing decision = decide(status, lines);
            assertThat(decision).isInstanceOf(Storing.No.class);
            return ((Storing.No) decision).why();
        }
    }

    private static Case rfc9111() {
        return new Case(true);
    }

    private static Case staticFiles() {
        return new Case(false);
    }

    private static String date(long offset) {
        return HttpDate.format(SECOND + offset);
    }

    // ---- what is never stored

    @ParameterizedTest
    @EnumSource(MissReason.class)
    void whatIsNotEligibleIsNotStoredForItsOwnReason(MissReason why) {
        CachePlan plan = new CachePlan(
                false, why, CacheStatus.BYPASS, false, true, true, 0, null, CachePlan.BrowserTtl.RESPECT, false, true);
        assertThat(Storing.decide(
                        new Storing.Facts(plan, "GET", null, false, false, false, false, NOW, NOW),
                        200,
                        Headers.of("cache-control", "max-age=60")))
                .isEqualTo(new Storing.No(why));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachBypassHasItsReason(boolean rfc9111) {
        Case c = new Case(rfc9111);
        assertThat(c.refused(200, "cache-control: max-age=60, no-store")).isEqualTo(MissReason.NO_STORE);
        assertThat(c.refused(200, "cache-control: private, max-age=60")).isEqualTo(MissReason.PRIVATE);
        assertThat(c.refused(200, "cache-control: max-age=60", "vary: accept, *"))
                .isEqualTo(MissReason.VARY_STAR);
        assertThat(c.refused(200, "cache-control: max-age=60", "set-cookie: a=b"))
                .isEqualTo(MissReason.SET_COOKIE);
        assertThat(c.refused(206, "cache-control: max-age=60")).isEqualTo(MissReason.RANGE);
        assertThat(c.refused(200, "cache-control: no-cache")).isEqualTo(MissReason.NO_CACHE);
        assertThat(c.refused(200, "cache-control: max-age=0")).isEqualTo(MissReason.NO_CACHE);
        assertThat(c.refused(500)).isEqualTo(MissReason.STATUS);
        c.method = "HEAD";
        assertThat(c.refused(200, "cache-control: max-age=60")).isEqualTo(MissReason.METHOD);
    }

    @Test
    void aRequestThatSaysNoStoreIsHeard() {
        Case c = rfc9111();
        c.noStore = true;
        assertThat(c.refused(200, "cache-control: max-age=60")).isEqualTo(MissReason.REQUEST_NO_STORE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConfirmationOfNothingIsNoResponse(boolean rfc9111) {
        assertThat(new Case(rfc9111).refused(304, "cache-control: max-age=60")).isEqualTo(MissReason.STATUS);
        assertThat(new Case(rfc9111).edge(SetCache.Mode.OVERRIDE_ORIGIN, 60).refused(304, "cache-control: max-age=60"))
                .isEqualTo(MissReason.STATUS);
    }

    @Test
    void aFieldOnASecondLineIsHeard() {
        assertThat(rfc9111().refused(200, "cache-control: max-age=60", "cache-control: private"))
                .isEqualTo(MissReason.PRIVATE);
    }

    // ---- how long: RFC 9111 zones

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOriginsFreshnessCounts(boolean rfc9111) {
        Case c = new Case(rfc9111);
        assertThat(c.stored(200, "cache-control: max-age=60").lifetime()).isEqualTo(60);
        assertThat(c.stored(200, "cache-control: max-age=60, s-maxage=30").lifetime())
                .isEqualTo(30);
        assertThat(c.stored(200, "cache-control: max-age=30, s-maxage=60").lifetime())
                .isEqualTo(60);
        assertThat(c.stored(200, "cache-control: max-age=60", "expires: " + date(5))
                        .lifetime())
                .isEqualTo(60);
        assertThat(c.stored(500, "cache-control: max-age=60").lifetime()).isEqualTo(60);
        assertThat(c.stored(200, "expires: " + date(90), "date: " + date(-10)).lifetime())
                .isEqualTo(100);
        assertThat(c.stored(200, "expires: " + date(90)).lifetime()).isEqualTo(90);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"})
    void anExpiresThatIsOverOrNoDateIsStale(String expires) {
        assertThat(rfc9111().refused(200, "expires: " + expires)).isEqualTo(MissReason.NO_CACHE);
        assertThat(rfc9111().stored(200, "expires: " + expires, "etag: \"1\"").lifetime())
                .isZero();
        assertThat(staticFiles().refused(200, "expires: " + expires, "etag: \"1\""))
                .isEqualTo(MissReason.NO_CACHE);
    }

    @Test
    void whatMustBeRevalidatedIsStoredWhenItCanBe() {
        Storing.Yes stored = rfc9111().stored(200, "cache-control: no-cache, max-age=60", "etag: \"1\"");
        assertThat(stored.lifetime()).isZero();
        assertThat(stored.mustRevalidate()).isTrue();
        assertThat(rfc9111()
                        .stored(200, "cache-control: max-age=0", "last-modified: " + date(-9))
                        .lifetime())
                .isZero();
        assertThat(staticFiles().refused(200, "cache-control: no-cache", "etag: \"1\""))
                .isEqualTo(MissReason.NO_CACHE);
        assertThat(staticFiles().refused(200, "cache-control: max-age=0", "etag: \"1\""))
                .isEqualTo(MissReason.NO_CACHE);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501})
    void aTenthOfTheAgeIsTheHeuristicLifetime(int status) {
        assertThat(rfc9111().stored(status, "last-modified: " + date(-1_000)).lifetime())
                .isEqualTo(100);
        assertThat(rfc9111()
                        .stored(status, "last-modified: " + date(-2_000), "date: " + date(-1_000))
                        .lifetime())
                .isEqualTo(100);
        assertThat(rfc9111()
                        .stored(status, "last-modified: " + date(-100 * 86_400L))
                        .lifetime())
                .isEqualTo(86_400);
        assertThat(rfc9111().stored(status, "last-modified: " + date(1_000)).lifetime())
                .isZero();
        assertThat(rfc9111().refused(status)).isEqualTo(MissReason.STATUS);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 302, 303, 307, 400, 401, 403, 500, 502, 503})
    void otherStatusesHaveNoHeuristicLifetime(int status) {
        assertThat(rfc9111().refused(status, "last-modified: " + date(-1_000))).isEqualTo(MissReason.STATUS);
    }

    // ---- how long: zones with default times to live

    @ParameterizedTest
    @CsvSource({"200, 7200", "301, 7200", "302, 1200", "303, 1200", "404, 180", "410, 180", "403, 60"})
    void aStatusHasItsDefaultLifetime(int status, long lifetime) {
        assertThat(staticFiles().stored(status).lifetime()).isEqualTo(lifetime);
        assertThat(staticFiles()
                        .stored(status, "last-modified: " + date(-99_000))
                        .lifetime())
                .isEqualTo(lifetime);
        assertThat(staticFiles().stored(status, "cache-control: max-age=5").lifetime())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 203, 204, 300, 307, 308, 400, 401, 405, 414, 500, 501, 502, 503, 504})
    void otherStatusesHaveNoDefaultLifetime(int status) {
        assertThat(staticFiles().refused(status)).isEqualTo(MissReason.STATUS);
    }

    // ---- CDN-Cache-Control

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsSaidToCdnsAloneWins(boolean rfc9111) {
        Case c = new Case(rfc9111);
        assertThat(c.stored(200, "cache-control: no-store", "cdn-cache-control: max-age=60")
                        .lifetime())
                .isEqualTo(60);
        assertThat(c.refused(200, "cache-control: max-age=60", "cdn-cache-control: no-store"))
                .isEqualTo(MissReason.NO_STORE);
        assertThat(c.stored(200, "cache-control: s-maxage=5", "cdn-cache-control: max-age=60", "expires: 0")
                        .lifetime())
                .isEqualTo(60);
    }

    @Test
    void expiresDoesNotCountBesideWhatIsSaidToCdns() {
        assertThat(staticFiles()
                        .stored(200, "cdn-cache-control: public", "expires: " + date(9))
                        .lifetime())
                .isEqualTo(7_200);
        assertThat(rfc9111().refused(200, "cdn-cache-control: public", "expires: " + date(9)))
                .isEqualTo(MissReason.STATUS);
    }

    // ---- age

    @Test
    void theAgeOnArrivalIsTheGreaterOfWhatDateAndAgeSay() {
        Case c = rfc9111();
        String fresh = "cache-control: max-age=100";
        assertThat(c.stored(200, fresh).initialAge()).isZero();
        assertThat(c.stored(200, fresh, "age: 7").initialAge()).isEqualTo(7);
        assertThat(c.stored(200, fresh, "date: " + date(-9)).initialAge()).isEqualTo(9);
        assertThat(c.stored(200, fresh, "date: " + date(-9), "age: 7").initialAge())
                .isEqualTo(9);
        assertThat(c.stored(200, fresh, "date: " + date(-9), "age: 11").initialAge())
                .isEqualTo(11);
        assertThat(c.stored(200, fresh, "date: " + date(50)).initialAge())
                .as("a clock that is ahead")
                .isZero();
        c.sentAt = NOW - 3_000;
        assertThat(c.stored(200, fresh, "age: 7").initialAge())
                .as("the time on the way counts")
                .isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "-7", "1.5", "7;a=1", ", 7", ""})
    void anAgeThatIsNoNumberDoesNotCount(String age) {
        assertThat(rfc9111()
                        .stored(200, "cache-control: max-age=100", "age: " + age)
                        .initialAge())
                .isZero();
    }

    @Test
    void whatArrivesStaleIsNotStoredUnlessItCanBeRevalidated() {
        String[] old = {"cache-control: max-age=100", "age: 100"};
        assertThat(rfc9111().refused(200, old)).isEqualTo(MissReason.NO_CACHE);
        assertThat(rfc9111().stored(200, old[0], old[1], "etag: \"1\"").initialAge())
                .isEqualTo(100);
        assertThat(rfc9111().refused(200, old[0], "age: 99999999999999999999")).isEqualTo(MissReason.NO_CACHE);
        assertThat(rfc9111().stored(200, old[0], "age: 99").lifetime()).isEqualTo(100);
    }

    // ---- authorization and cookies

    @Test
    void anAuthorizedResponseIsStoredOnlyWhereItAllowsIt() {
        Case c = rfc9111();
        c.authorized = true;
        assertThat(c.refused(200, "cache-control: max-age=60")).isEqualTo(MissReason.AUTHORIZATION);
        assertThat(c.refused(200, "cache-control: max-age=60, proxy-revalidate"))
                .isEqualTo(MissReason.AUTHORIZATION);
        assertThat(c.stored(200, "cache-control: max-age=60, public").lifetime())
                .isEqualTo(60);
        assertThat(c.stored(200, "cache-control: s-maxage=60").lifetime()).isEqualTo(60);
        assertThat(c.stored(200, "cache-control: max-age=60, must-revalidate").lifetime())
                .isEqualTo(60);
        Case ruled = staticFiles().edge(SetCache.Mode.OVERRIDE_ORIGIN, 60);
        ruled.authorized = true;
        assertThat(ruled.refused(200)).as("a rule does not allow it").isEqualTo(MissReason.AUTHORIZATION);
    }

    @Test
    void aCookieIsStoredOnlyWithExplicitFreshnessAndARule() {
        String cookie = "set-cookie: a=b";
        assertThat(staticFiles().refused(200, cookie, "cache-control: max-age=60"))
                .isEqualTo(MissReason.SET_COOKIE);
        assertThat(staticFiles().byRule().refused(200, cookie)).isEqualTo(MissReason.SET_COOKIE);
        assertThat(staticFiles()
                        .byRule()
                        .stored(200, cookie, "cache-control: max-age=60")
                        .lifetime())
                .isEqualTo(60);
        assertThat(rfc9111().byRule().stored(200, cookie, "expires: " + date(9)).lifetime())
                .isEqualTo(9);
        assertThat(rfc9111().byRule().refused(200, cookie, "cache-control: max-age=0", "etag: \"1\""))
                .isEqualTo(MissReason.SET_COOKIE);
    }

    @Test
    void aCookieIsStoredByTheLetterWhereAsked() {
        Case c = rfc9111();
        c.byTheLetter = true;
        assertThat(c.stored(200, "set-cookie: a=b", "cache-control: max-age=60").lifetime())
                .isEqualTo(60);
        assertThat(c.refused(200, "set-cookie: a=b", "cache-control: private")).isEqualTo(MissReason.PRIVATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/html",
                "Text/HTML; charset=utf-8",
                "application/xhtml+xml",
                "application/json",
                "application/problem+json",
                "text/event-stream",
                "multipart/mixed; boundary=x"
            })
    void aPageThatIsCalledLikeAFileHasNoDefaultLifetime(String type) {
        String field = "content-type: " + type;
        assertThat(staticFiles().refused(200, field)).isEqualTo(MissReason.CONTENT_TYPE);
        assertThat(staticFiles().refused(203, field)).isEqualTo(MissReason.CONTENT_TYPE);
        assertThat(staticFiles().stored(404, field).lifetime())
                .as("what is not there is a page for everybody")
                .isEqualTo(180);
        assertThat(staticFiles().stored(200, field, "cache-control: max-age=5").lifetime())
                .as("the origin may say so")
                .isEqualTo(5);
        assertThat(staticFiles().byRule().stored(200, field).lifetime())
                .as("a rule may say so")
                .isEqualTo(7_200);
        assertThat(rfc9111()
                        .stored(200, field, "last-modified: " + date(-1_000))
                        .lifetime())
                .isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/css", "image/svg+xml", "application/octet-stream", "application/zip", "text/xml", "x"})
    void aFileHasItsDefaultLifetime(String type) {
        assertThat(staticFiles().stored(200, "content-type: " + type).lifetime())
                .isEqualTo(7_200);
    }

    // ---- rules

    @Test
    void aRuleOverridesWhateverTheOriginSays() {
        Case c = rfc9111().edge(SetCache.Mode.OVERRIDE_ORIGIN, 90);
        assertThat(c.stored(200, "cache-control: no-store").lifetime()).isEqualTo(90);
        assertThat(c.stored(200, "cache-control: private, max-age=5").lifetime())
                .isEqualTo(90);
        assertThat(c.stored(301).lifetime()).isEqualTo(90);
        assertThat(c.stored(404).lifetime()).isEqualTo(90);
        Storing.Yes old = c.stored(200, "age: 500", "cache-control: must-revalidate");
        assertThat(old.initialAge()).as("counted from its arrival").isZero();
        assertThat(old.mustRevalidate()).isFalse();
        c.noStore = true;
        assertThat(c.stored(200).lifetime()).isEqualTo(90);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 405, 413, 414, 416, 429, 431, 500, 501, 502, 503, 504, 599})
    void aRulesTimeForEverythingIsNotForErrors(int status) {
        Case c = staticFiles().edge(SetCache.Mode.OVERRIDE_ORIGIN, 90);
        assertThat(c.refused(status)).isEqualTo(MissReason.STATUS);
        assertThat(c.refused(status, "cache-control: no-store")).isEqualTo(MissReason.NO_STORE);
        assertThat(c.stored(status, "cache-control: max-age=5").lifetime())
                .as("the origin may say so")
                .isEqualTo(5);
    }

    @Test
    void aRuleOfZeroSecondsStoresAndAlwaysRevalidates() {
        Case c = staticFiles().edge(SetCache.Mode.OVERRIDE_ORIGIN, 0);
        Storing.Yes stored = c.stored(200, "etag: \"1\"", "cache-control: max-age=60");
        assertThat(stored.lifetime()).isZero();
        assertThat(stored.mustRevalidate()).isTrue();
        assertThat(c.refused(200)).as("nothing to revalidate with").isEqualTo(MissReason.NO_CACHE);
    }

    @Test
    void aRulesStatusRangesIncludeBothEndsAndTheFirstCounts() {
        Case c = staticFiles()
                .edge(
                        SetCache.Mode.OVERRIDE_ORIGIN,
                        90,
                        new SetCache.StatusTtl(404, 404, 7),
                        new SetCache.StatusTtl(400, 499, 20),
                        new SetCache.StatusTtl(500, 599, -1),
                        new SetCache.StatusTtl(301, 302, 0));
        assertThat(c.stored(404).lifetime()).isEqualTo(7);
        assertThat(c.stored(400).lifetime()).isEqualTo(20);
        assertThat(c.stored(499, "cache-control: no-store").lifetime()).isEqualTo(20);
        assertThat(c.stored(200).lifetime()).isEqualTo(90);
        assertThat(c.stored(399).lifetime()).isEqualTo(90);
        assertThat(c.refused(500, "cache-control: max-age=60")).isEqualTo(MissReason.NO_STORE);
        assertThat(c.refused(599)).isEqualTo(MissReason.NO_STORE);
        assertThat(c.refused(302)).isEqualTo(MissReason.NO_CACHE);
    }

    @Test
    void aRuleThatRespectsTheOriginLeavesOtherStatusesToIt() {
        Case c = staticFiles().edge(SetCache.Mode.RESPECT_ORIGIN, null, new SetCache.StatusTtl(404, 404, 7));
        assertThat(c.stored(404, "cache-control: no-store").lifetime()).isEqualTo(7);
        assertThat(c.stored(200, "cache-control: max-age=5").lifetime()).isEqualTo(5);
        assertThat(c.stored(200).lifetime()).isEqualTo(7_200);
        assertThat(c.refused(200, "cache-control: no-store")).isEqualTo(MissReason.NO_STORE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRuleThatBypassesByDefaultStoresOnlyWhatTheOriginAllows(boolean rfc9111) {
        Case c = new Case(rfc9111).edge(SetCache.Mode.BYPASS_BY_DEFAULT, null);
        assertThat(c.stored(200, "cache-control: max-age=5").lifetime()).isEqualTo(5);
        assertThat(c.stored(200, "expires: " + date(9)).lifetime()).isEqualTo(9);
        assertThat(c.refused(200, "last-modified: " + date(-9_000))).isEqualTo(MissReason.STATUS);
    }

    // ---- staleness

    @Test
    void staleUseIsAsTheResponseAllows() {
        Storing.Yes plain = rfc9111().stored(200, "cache-control: max-age=60");
        assertThat(plain.staleWhileRevalidate()).isZero();
        assertThat(plain.staleIfError()).isEqualTo(-1);
        assertThat(plain.mustRevalidate()).isFalse();
        Storing.Yes lenient =
                rfc9111().stored(200, "cache-control: max-age=60, stale-while-revalidate=7, stale-if-error=8");
        assertThat(lenient.staleWhileRevalidate()).isEqualTo(7);
        assertThat(lenient.staleIfError()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age=60, must-revalidate", "max-age=60, proxy-revalidate", "s-maxage=60"})
    void whatForbidsStaleUseIsHeard(String control) {
        assertThat(rfc9111().stored(200, "cache-control: " + control).mustRevalidate())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'7, 0', 7",
        "'0, 7', 0",
        "2147483647, 2147483647",
        "2147483649, 2147483648",
        "99999999999999, 2147483648"
    })
    void ofSeveralAgesTheFirstCountsAndWhatIsTooLargeIsCapped(String age, long seconds) {
        assertThat(rfc9111()
                        .stored(200, "cache-control: max-age=99999999999", "etag: \"1\"", "age: " + age)
                        .initialAge())
                .isEqualTo(seconds);
    }

    @Test
    void mustUnderstandWinsOverNoStoreForStatusesThatAreUnderstoodAndForbidsTheOthers() {
        String control = "cache-control: max-age=60, no-store, must-understand";
        assertThat(rfc9111().stored(200, control).lifetime()).isEqualTo(60);
        assertThat(rfc9111().refused(599, control)).isEqualTo(MissReason.STATUS);
        assertThat(rfc9111().refused(299, "cache-control: max-age=60, must-understand"))
                .isEqualTo(MissReason.STATUS);
        assertThat(rfc9111().stored(299, "cache-control: max-age=60").lifetime())
                .isEqualTo(60);
    }

    @Test
    void publicAllowsHeuristicFreshnessForAnyStatusButForErrorsOnlyByTheLetter() {
        String date = "date: " + HttpDate.format(SECOND);
        String modified = "last-modified: " + HttpDate.format(SECOND - 1_000);
        String[] said = {"cache-control: public", date, modified};
        assertThat(rfc9111().stored(299, said).lifetime()).isEqualTo(100);
        assertThat(rfc9111().refused(299, date, modified)).isEqualTo(MissReason.STATUS);
        assertThat(rfc9111().refused(503, said)).isEqualTo(MissReason.STATUS);
        Case strict = rfc9111();
        strict.byTheLetter = true;
        assertThat(strict.stored(503, said).lifetime()).isEqualTo(100);
    }

    @Test
    void whatIsWithheldDoesNotKeepTheRestFromBeingStored() {
        Storing.Yes stored =
                rfc9111().stored(200, "cache-control: max-age=60, no-cache=\"set-cookie\"", "set-cookie: a=b");
        assertThat(stored.withheld()).containsExactly("set-cookie");
        assertThat(rfc9111().refused(200, "cache-control: max-age=60, no-cache=\"x\"", "set-cookie: a=b"))
                .isEqualTo(MissReason.SET_COOKIE);
    }

    @Test
    void sMaxAgeForbidsStaleUnlessTheOwnerAllowsItBesideAndTheLetterIsNotAskedFor() {
        String both = "cache-control: s-maxage=60, stale-while-revalidate=30";
        assertThat(rfc9111().stored(200, both).mustRevalidate()).isFalse();
        assertThat(rfc9111().stored(200, "cache-control: s-maxage=60").mustRevalidate())
                .isTrue();
        assertThat(rfc9111().stored(200, both + ", must-revalidate").mustRevalidate())
                .isTrue();
        Case strict = rfc9111();
        strict.byTheLetter = true;
        assertThat(strict.stored(200, both).mustRevalidate()).isTrue();
    }

    @Test
    void whatIsStaleAtOnceIsKeptWhereItMayBeServedStale() {
        assertThat(rfc9111()
                        .stored(200, "cache-control: max-age=0, stale-while-revalidate=30")
                        .lifetime())
                .isZero();
        assertThat(rfc9111().refused(200, "cache-control: max-age=0, must-revalidate, stale-while-revalidate=30"))
                .isEqualTo(MissReason.NO_CACHE);
    }

    @Test
    void aPostIsStoredOnlyByTheLetterWithFreshnessOfItsOwnAndItsTargetInContentLocation() {
        Case post = rfc9111();
        post.method = "POST";
        String fresh = "cache-control: max-age=60";
        assertThat(post.refused(200, fresh)).isEqualTo(MissReason.METHOD);
        post.located = true;
        assertThat(post.refused(200, fresh)).isEqualTo(MissReason.METHOD);
        post.byTheLetter = true;
        assertThat(post.stored(200, fresh).lifetime()).isEqualTo(60);
        assertThat(post.refused(200, "last-modified: " + HttpDate.format(SECOND - 1_000)))
                .isEqualTo(MissReason.METHOD);
    }

    /// The page rule's "origin cache control".
    @Test
    void whatMustBeAskedAboutEachTimeIsStoredWhereTheOriginsControlCounts() {
        Case c = staticFiles();
        c.originControl = true;
        for (String control : new String[] {"no-cache", "max-age=0", "s-maxage=0"}) {
            Storing.Yes stored = c.stored(200, "cache-control: " + control, "etag: \"1\"");
            assertThat(stored.lifetime()).isZero();
            assertThat(c.refused(200, "cache-control: " + control))
                    .as("nothing to ask about it by")
                    .isEqualTo(MissReason.NO_CACHE);
            assertThat(staticFiles().refused(200, "cache-control: " + control, "etag: \"1\""))
                    .isEqualTo(MissReason.NO_CACHE);
        }
        assertThat(c.stored(200).lifetime()).as("the times by default stay").isEqualTo(7_200);
        c = rfc9111();
        c.originControl = false;
        assertThat(c.refused(200, "cache-control: no-cache", "etag: \"1\"")).isEqualTo(MissReason.NO_CACHE);
    }

    // ---- deception armor

    @ParameterizedTest
    @CsvSource({
        "jpg,   image/jpeg,                      true",
        "jpg,   Image/WebP,                      true",
        "gif,   video/webm,                      true",
        "jpg,   application/octet-stream,        true",
        "jpg,   text/html; charset=utf-8,        false",
        "jpg,   application/json,                false",
        "jpg,   ,                                false",
        "css,   text/css; charset=utf-8,         true",
        "css,   text/html,                       false",
        "css,   text/plain,                      false",
        "js,    application/javascript,          true",
        "js,    text/javascript,                 true",
        "js,    application/json,                false",
        "woff2, font/woff2,                      true",
        "woff2, text/html,                       false",
        "pdf,   application/pdf,                 true",
        "pdf,   application/problem+json,        false",
        "zip,   application/x-zip-compressed,    true",
        "zip,   application/xhtml+xml,           false",
        "svg,   image/svg+xml,                   true",
        "xml,   application/rss+xml,             true",
        "xml,   application/xhtml+xml,           false",
        "mp4,   video/mp4,                       true",
        "mp3,   audio/mpeg,                      true",
        "m3u8,  application/vnd.apple.mpegurl,   true",
        "csv,   text/csv,                        true",
        "txt,   text/plain,                      true",
        "json,  application/json,                true",
        "html,  text/html,                       true",
        "html,  application/json,                false",
        "php,   text/html,                       true",
        "'',    text/html,                       true",
    })
    void whatIsArmoredMustBeOfItsEndingsMediaType(String ending, @Nullable String type, boolean stored) {
        String[] lines = type == null
                ? new String[] {"cache-control: max-age=60"}
                : new String[] {"cache-control: max-age=60", "content-type: " + type};
        for (Case each : new Case[] {rfc9111(), staticFiles(), staticFiles().edge(SetCache.Mode.OVERRIDE_ORIGIN, 60)}) {
            for (int status : new int[] {200, 404, 410}) {
                Storing decision = each.armored(ending).decide(status, lines);
                if (stored) {
                    assertThat(decision).isInstanceOf(Storing.Yes.class);
                } else {
                    assertThat(decision).isEqualTo(new Storing.No(MissReason.CONTENT_TYPE));
                }
            }
        }
    }

    @Test
    void aRedirectMayCallItselfAnything() {
        rfc9111().armored("css").stored(301, "cache-control: max-age=60", "content-type: text/html");
    }
}
