package dev.selvage.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.model.rules.SetCache;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryFormTest {
    @ParameterizedTest
    @CsvSource({
        "/a,             /a,             /a",
        "/a?,            /a?,            /a",
        "/a?b=2&a=1,     /a?a=1&b=2,     /a",
        "/a?a=1&b=2,     /a?a=1&b=2,     /a",
        "/a?b&a&b,       /a?a&b&b,       /a",
        "/a?b&&a,        /a?&a&b,        /a",
        "/a?b?x&a,       /a?a&b?x,       /a",
        "/?B&a&A,        /?A&B&a,        /",
        "/?b&a=2&a=1,    /?a=2&a=1&b,    /",
        "/?b&a=1&a=2,    /?a=1&a=2&b,    /",
        "/?c&%62=2&b=1,  /?%62=2&b=1&c,  /",
        "/?b&%6=1&%=2&%zz, /?%=2&%6=1&%zz&b, /",
        "*,              *,              *",
    })
    void theQueryIsKeptOrSortedOrDropped(String target, String sorted, String dropped) {
        assertThat(QueryForm.WHOLE.of(target)).isEqualTo(target);
        assertThat(QueryForm.of(false, true).of(target)).isEqualTo(sorted);
        assertThat(QueryForm.of(true, false).of(target)).isEqualTo(dropped);
        assertThat(QueryForm.of(true, true).of(target)).isEqualTo(dropped);
        assertThat(QueryForm.of(false, true).of(sorted))
                .as("once sorted is sorted")
                .isEqualTo(sorted);
    }

    private static QueryForm query(boolean included, boolean sort, String... names) {
        return QueryForm.of(new SetCache.Query(included, false, List.of(names)), sort);
    }

    @ParameterizedTest
    @CsvSource({
        "/a,                  /a",
        "/a?,                 /a",
        "/a?b=1&c=2,          /a",
        "/a?page=2&b=1,       /a?page=2",
        "/a?b=1&page=2&page=1, /a?page=2&page=1",
        "/a?size=2&page=1,    /a?size=2&page=1",
        "/a?p%61ge=2&b,       /a?p%61ge=2",
        "/a?page,             /a?page",
        "/a?page[]=2&b,       /a?page[]=2",
        "/a?page%5Bx%5D=2,    /a?page%5Bx%5D=2",
        "/a?PAGE=2,           /a?PAGE=2",
        "/a?+page=2,          /a?+page=2",
        "/a?page%00x=2,       /a?page%00x=2",
        "/a?b=1;page=evil,    /a?b=1;page=evil",
        "/a?b=1;c=2,          /a",
        "/a?pages=2,          /a",
        "/a?user.id=1,        /a?user.id=1",
        "/a?user+id=1,        /a?user+id=1",
        "/a?user_id=1,        /a?user_id=1",
    })
    void ofListedParametersEverythingCountsThatSomeOriginReadsAsOne(String target, String kept) {
        assertThat(query(true, false, "page", "size", "user_id").of(target)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource({
        "/a,                     /a",
        "/a?,                    /a?",
        "/a?utm=1,               /a",
        "/a?utm=1&b=2,           /a?b=2",
        "/a?b=2&utm=1&a=1,       /a?b=2&a=1",
        "/a?u%74m=1&b,           /a?b",
        "/a?UTM=1,               /a?UTM=1",
        "/a?utm[]=1,             /a?utm[]=1",
        "/a?utm%00=1,            /a?utm%00=1",
        "/a?utm=1;b=evil,        /a?utm=1;b=evil",
        "/a?ref+id=1&b,          /a?b",
        "/a?ref%20id=1&b,        /a?b",
        "/a?ref.id=1&b,          /a?ref.id=1&b",
        "/a?&&utm,               /a?&",
    })
    void whatIsExcludedIsLeftOutOnlyWhereEveryOriginReadsItSo(String target, String kept) {
        assertThat(query(false, false, "utm", "ref id").of(target)).isEqualTo(kept);
    }

    @Test
    void whatCountsIsSortedWhereTheOrderDoesNot() {
        assertThat(query(true, true, "a", "b").of("/?b=1&c=2&a=2&a=1")).isEqualTo("/?a=2&a=1&b=1");
        assertThat(query(false, true, "c").of("/?b=1&c=2&a=2")).isEqualTo("/?a=2&b=1");
    }

    @Test
    void allAndNothingAreWhatTheZoneCanSayToo() {
        assertThat(QueryForm.of(new SetCache.Query(true, true, List.of()), false))
                .isEqualTo(QueryForm.WHOLE);
        assertThat(QueryForm.of(new SetCache.Query(false, true, List.of()), true))
                .isEqualTo(QueryForm.of(true, false));
    }

    @Test
    void aNameOfOtherLettersIsReadAsItsBytes() {
        assertThat(query(true, false, "größe").of("/?gr%C3%B6%C3%9Fe=1&b=2")).isEqualTo("/?gr%C3%B6%C3%9Fe=1");
        assertThat(query(false, false, "größe").of("/?gr%C3%B6%C3%9Fe=1&b=2")).isEqualTo("/?b=2");
    }
}
