package dev.selvage.edge.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.edge.cache.Body;
import dev.selvage.edge.cache.Entry;
import dev.selvage.edge.cache.PurgeFences;
import dev.selvage.edge.cache.Storing;
import dev.selvage.edge.cache.Variance;
import dev.selvage.edge.config.Zones;
import dev.selvage.edge.http.Headers;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CacheStatusFieldTest {
    private final SmallEdge edge = new SmallEdge(Zones.zone("z1", "site.example"));
    private final Exchange exchange = edge.exchange();

    @AfterEach
    void close() {
        edge.close();
    }

    private static Entry entry(Storing storing) {
        Body body = new Body(UnpooledByteBufAllocator.DEFAULT, Runnable::run, 0);
        return new Entry(
                200,
                Headers.EMPTY,
                body,
                0,
                storing,
                new PurgeFences.Birth(0, 0),
                1_000_000,
                new Entry.Selection(_ -> null, Variance.AS_SENT, ""));
    }

    private String field(CacheStatus status, MissReason why, boolean stored) {
        exchange.cacheStatus = status;
        exchange.missReason = why;
        Storing storing = stored ? new Storing.Yes(60, 0, 0, -1, false) : new Storing.No(why);
        exchange.response.clear();
        CacheStatusField.say(exchange, entry(storing), 1_020_000);
        return SmallEdge.said(exchange.response);
    }

    @ParameterizedTest
    @CsvSource({
        "HIT,         NONE,         true,  'Selvage; hit; ttl=40'",
        "UPDATING,    EXPIRED,      true,  'Selvage; hit; ttl=40; detail=updating'",
        "STALE,       EXPIRED,      true,  'Selvage; fwd=stale; ttl=40; detail=origin-failed'",
        "REVALIDATED, EXPIRED,      true,  'Selvage; fwd=stale; stored; ttl=40'",
        "EXPIRED,     EXPIRED,      true,  'Selvage; fwd=stale; stored; ttl=40; detail=expired'",
        "MISS,        FIRST_SEEN,   true,  'Selvage; fwd=uri-miss; stored; ttl=40; detail=first-seen'",
        "MISS,        PURGED,       true,  'Selvage; fwd=uri-miss; stored; ttl=40; detail=purged'",
        "MISS,        VARY,         true,  'Selvage; fwd=vary-miss; stored; ttl=40; detail=vary'",
        "MISS,        TOO_LARGE,    false, 'Selvage; fwd=miss; detail=too-large'",
        "BYPASS,      SET_COOKIE,   false, 'Selvage; fwd=bypass; detail=set-cookie'",
        "DYNAMIC,     METHOD,       false, 'Selvage; fwd=method; detail=method'",
        "DYNAMIC,     NOT_ELIGIBLE, false, 'Selvage; fwd=bypass; detail=not-eligible'",
        "NONE,        NONE,         false, 'Selvage'",
    })
    void whatTheCacheDidIsSaid(CacheStatus status, MissReason why, boolean stored, String field) {
        assertThat(field(status, why, stored)).isEqualTo(field);
    }

    @Test
    void whoSharedAnothersFillIsToldSo() {
        exchange.collapsed = true;
        assertThat(field(CacheStatus.HIT, MissReason.FIRST_SEEN, true))
                .isEqualTo("Selvage; fwd=miss; collapsed; ttl=40");
    }

    @ParameterizedTest
    @EnumSource(MissReason.class)
    void everyReasonIsASingleToken(MissReason why) {
        assertThat(field(CacheStatus.BYPASS, why, false)).matches("Selvage; fwd=(bypass|method); detail=[a-z-]+");
    }
}
