package dev.selvage.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.selvage.control.TestControl.Result;
import dev.selvage.toolkit.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DnsRecordTypesTest {
    private TestControl api;
    private String records;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        api = TestControl.open(directory);
        records = "/zones/" + api.zone("example.com") + "/dns_records";
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CAA | {'flags':0,'tag':'issue','value':'letsencrypt.org'} | 0 issue \"letsencrypt.org\"",
                "CAA | {'flags':128,'tag':'iodef','value':'mailto:\\\"a\\\"@example.com'} | 128 iodef \"mailto:\\\"a\\\"@example.com\"",
                "CERT | {'type':9,'key_tag':1,'algorithm':8,'certificate':'dGVzdA=='} | 9 1 8 dGVzdA==",
                "DNSKEY | {'flags':257,'protocol':3,'algorithm':13,'public_key':'dGVzdA=='} | 257 3 13 dGVzdA==",
                "DS | {'key_tag':1,'algorithm':13,'digest_type':9,'digest':'ABcd'} | 1 13 9 ABcd",
                "HTTPS | {'priority':1,'target':'.','value':'alpn=\\\"h3,h2\\\" ipv4hint=\\\"127.0.0.1\\\" ipv6hint=\\\"::1\\\"'} | 1 . alpn=\"h3,h2\" ipv4hint=\"127.0.0.1\" ipv6hint=\"::1\"",
                "SVCB | {'priority':0,'target':'svc.example.net','value':''} | 0 svc.example.net",
                "LOC | {'lat_degrees':37,'lat_minutes':46,'lat_seconds':46,'long_degrees':122,'long_minutes':23,'long_seconds':35.5,'altitude':-10,'size':100,'precision_horz':0,'precision_vert':0,'lat_direction':'N','long_direction':'W'} | 37 46 46.000 N 122 23 35.500 W -10.00m 100.00m 0.00m 0.00m",
                "NAPTR | {'order':100,'preference':10,'flags':'u','service':'E2U+sip','regex':'!^.*$!sip:a\\\\b@example.com!','replacement':'.'} | 100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:a\\\\b@example.com!\" .",
                "SMIMEA | {'usage':3,'selector':0,'matching_type':0,'certificate':'0aff'} | 3 0 0 0aff",
                "SRV | {'priority':10,'weight':5,'port':8806,'target':'example.net'} | 10 5 8806 example.net",
                "SSHFP | {'algorithm':4,'type':9,'fingerprint':'0aff'} | 4 9 0aff",
                "TLSA | {'usage':3,'selector':1,'matching_type':1,'certificate':'0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'} | 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            })
    void dataMakesTheContentAndComesBackAsItWas(String type, String quoted, String content) throws Exception {
        String data = quoted.replace('\'', '"');
        Result made = api.send(
                        "POST",
                        records,
                        "{\"type\":\"" + type + "\",\"name\":\"_data\",\"data\":" + data + ",\"ttl\":300}")
                .ok();
        assertThat(made.result().get("content").asString()).isEqualTo(content);
        assertThat(made.result().get("data")).isEqualTo(Json.MAPPER.readTree(data));
        assertThat(made.result().get("proxiable").booleanValue()).isFalse();
        assertThat(api.get(records + "/" + made.id()).ok().result()).isEqualTo(made.result());
        // What a client was given it may send back, and the content alone says the same.
        assertThat(api.send("PUT", records + "/" + made.id(), made.result().toString())
                        .ok()
                        .result()
                        .get("data"))
                .isEqualTo(made.result().get("data"));
        String alone = Json.MAPPER
                .createObjectNode()
                .put("type", type)
                .put("name", "_data")
                .put("content", content)
                .toString();
        api.send("POST", records, alone).refused(400, 81058);
        api.send("DELETE", records + "/" + made.id(), null).ok();
        assertThat(api.send("POST", records, alone).ok().result().get("content").asString())
                .isEqualTo(content);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CAA | {'tag':'issue','value':'x'} | /data/flags",
                "CAA | {'flags':256,'tag':'issue','value':'x'} | /data/flags",
                "CAA | {'flags':'0','tag':'issue','value':'x'} | /data/flags",
                "CAA | {'flags':0,'tag':'is sue','value':'x'} | /data/tag",
                "CAA | {'flags':0,'tag':'issue','value':5} | /data/value",
                "CAA | {'flags':0,'tag':'issue','value':'x','more':1} | /data/more",
                "CERT | {'type':1,'key_tag':1,'algorithm':1,'certificate':'?'} | /data/certificate",
                "DNSKEY | {'flags':1,'protocol':3,'algorithm':300,'public_key':'dGVzdA=='} | /data/algorithm",
                "DS | {'key_tag':65536,'algorithm':1,'digest_type':9,'digest':'ab'} | /data/key_tag",
                "DS | {'key_tag':1,'algorithm':1,'digest_type':9,'digest':'abc'} | /data/digest",
                "DS | {'key_tag':1,'algorithm':1,'digest_type':2,'digest':'ab'} | /data/digest",
                "DS | {'key_tag':1,'algorithm':1,'digest_type':9,'digest':'xy'} | /data/digest",
                "HTTPS | {'priority':1,'target':'no host','value':''} | /data/target",
                "HTTPS | {'priority':1,'target':'.','value':'port=99999'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'alpn=h2 alpn=h3'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'ipv4hint=::1'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'no-default-alpn'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'mandatory=port'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'Alpn=h2'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'alpn=\\\"h2'} | /data/value",
                "HTTPS | {'priority':1,'target':'.','value':'alpn=h2 ; x'} | /data/value",
                "LOC | {'lat_degrees':91,'long_degrees':1,'altitude':0,'lat_direction':'N','long_direction':'E'} | /data/lat_degrees",
                "LOC | {'lat_degrees':1,'long_degrees':1,'altitude':1e300,'lat_direction':'N','long_direction':'E'} | /data/altitude",
                "LOC | {'lat_degrees':1,'long_degrees':1,'altitude':0,'lat_direction':'E','long_direction':'E'} | /data/lat_direction",
                "LOC | {'lat_degrees':1.5,'long_degrees':1,'altitude':0,'lat_direction':'N','long_direction':'E'} | /data/lat_degrees",
                "NAPTR | {'order':1,'preference':1,'flags':'','service':'','regex':''} | /data/replacement",
                "SMIMEA | {'usage':3,'selector':0,'matching_type':1,'certificate':'0aff'} | /data/certificate",
                "SRV | {'priority':1,'weight':1,'port':70000,'target':'example.net'} | /data/port",
                "SRV | {'priority':1,'weight':1,'port':1,'target':'192.0.2.1'} | /data/target",
                "SRV | {'weight':1,'port':1,'target':'example.net'} | /data/priority",
                "SRV | [] | /data",
                "SRV | null | /data",
                "SSHFP | {'algorithm':4,'type':2,'fingerprint':'0aff'} | /data/fingerprint",
                "TLSA | {'usage':-1,'selector':1,'matching_type':0,'certificate':'00'} | /data/usage",
                "URI | {'weight':1,'target':'https://example.net/'} | /priority",
            })
    void eachFieldIsChecked(String type, String quoted, String pointer) throws Exception {
        Result refused = api.send(
                "POST",
                records,
                "{\"type\":\"" + type + "\",\"name\":\"_bad\",\"data\":" + quoted.replace('\'', '"') + "}");
        assertThat(refused.refused(400, 1004).pointer()).isEqualTo(pointer);
        assertThat(refused.message()).isEqualTo("DNS Validation Error");
        assertThat(refused.body().at("/errors/0/error_chain/0/message").asString())
                .isNotEmpty();
    }

    @Test
    void aUriHasItsPriorityBesideItsData() throws Exception {
        Result made = api.send("POST", records, """
                {"type":"URI","name":"_uri","priority":10,"data":{"weight":20,"target":"https://example.net/a"}}
                """).ok();
        assertThat(made.result().get("priority").intValue()).isEqualTo(10);
        assertThat(made.result().get("content").asString()).isEqualTo("20 \"https://example.net/a\"");
        api.send("POST", records, """
                {"type":"URI","name":"_uri","data":{"priority":11,"weight":20,"target":"https://example.net/a"}}
                """).ok();
    }

    @Test
    void aServicesPriorityStandsInBothPlaces() throws Exception {
        Result made = api.send("POST", records, """
                {"type":"SRV","name":"_sip._tcp","priority":7,"data":{"service":"_sip","proto":"_tcp",
                 "name":"example.com","weight":5,"port":5060,"target":"Sip.Example.net."}}
                """).ok();
        assertThat(made.result().get("priority").intValue()).isEqualTo(7);
        assertThat(made.result().at("/data/priority").intValue()).isEqualTo(7);
        assertThat(made.result().at("/data/target").asString()).isEqualTo("sip.example.net");
        JsonNode port = api.send("PATCH", records + "/" + made.id(), "{\"data\":{\"port\":5061}}")
                .ok()
                .result();
        assertThat(port.get("content").asString()).isEqualTo("7 5 5061 sip.example.net");
        JsonNode priority = api.send("PATCH", records + "/" + made.id(), "{\"priority\":9}")
                .ok()
                .result();
        assertThat(priority.get("content").asString()).isEqualTo("9 5 5061 sip.example.net");
        JsonNode content = api.send("PATCH", records + "/" + made.id(), "{\"content\":\"1 2 3 a.example.net\"}")
                .ok()
                .result();
        assertThat(content.at("/data/target").asString()).isEqualTo("a.example.net");
        api.send("PATCH", records + "/" + made.id(), "{\"type\":\"TXT\"}").refused(400, 1004);
        api.send("PATCH", records + "/" + made.id(), "{\"type\":\"TXT\",\"content\":\"text\"}")
                .ok();
    }

    @Test
    void keysMayBeWrittenInGroups() throws Exception {
        Result made = api.send("POST", records, """
                {"type":"DNSKEY","name":"_key","data":{"flags":257,"protocol":3,"algorithm":13,
                 "public_key":"dGVz dGRh\\ndGE="}}
                """).ok();
        assertThat(made.result().at("/data/public_key").asString()).isEqualTo("dGVzdGRhdGE=");
        api.send(
                        "POST",
                        records,
                        "{\"type\":\"OPENPGPKEY\",\"name\":\"_key\",\"content\":\"dGVzdA==\",\"proxied\":true}")
                .refused(400, 9004);
    }
}
