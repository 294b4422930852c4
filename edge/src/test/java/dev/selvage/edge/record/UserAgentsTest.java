package dev.selvage.edge.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserAgentsTest {
    private final UserAgents agents = new UserAgents();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 | Chrome | desktop
                    Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0 | Edge | desktop
                    Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0 | Opera | desktop
                    Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 | ChromeMobile | mobile
                    Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 | Chrome | tablet
                    Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36 | SamsungBrowser | mobile
                    Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 | MobileSafari | mobile
                    Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 | MobileSafari | tablet
                    Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15 | Safari | desktop
                    Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1 | ChromeMobile | mobile
                    Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 | Firefox | desktop
                    Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0 | Firefox | mobile
                    Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | Bot | desktop
                    Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko | IE | desktop
                    curl/8.5.0 | Curl | desktop
                    Wget/1.21.4 | Unknown | desktop
                    '' | Unknown | desktop
                    """)
    void aBrowserAndItsDeviceAreTold(String userAgent, String browser, String device) {
        assertThat(agents.of(userAgent)).isEqualTo(new UserAgents.Agent(browser, device));
        assertThat(agents.of(userAgent)).isSameAs(agents.of(userAgent));
    }

    @Test
    void anyNumberOfThemIsTold() {
        UserAgents.Agent first = agents.of("curl/8");
        for (int i = 0; i < 10_000; i++) {
            assertThat(agents.of("agent/" + i).browser()).isEqualTo("Unknown");
        }
        assertThat(agents.of("curl/8")).isEqualTo(first);
        assertThat(agents.of("curl/8")).as("the memory is bounded").isNotSameAs(first);
    }
}
