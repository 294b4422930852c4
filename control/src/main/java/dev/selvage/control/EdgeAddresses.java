package dev.selvage.control;

import dev.selvage.control.api.Api;
import dev.selvage.control.api.Envelope;
import dev.selvage.control.api.Query;
import dev.selvage.toolkit.web.Answer;
import dev.selvage.toolkit.web.Call;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The endpoint that tells everybody from which addresses the edges ask origins, for those who let nobody
/// else in.
final class EdgeAddresses {
    private final List<String> addresses;

    /// @param addresses blocks in CIDR notation
    EdgeAddresses(List<String> addresses) {
        this.addresses = addresses;
    }

    void routes(Api api) {
        api.open("GET", "/ips", this::get);
    }

    private Answer get(Call call) {
        ObjectNode json = Envelope.object();
        ArrayNode v4 = json.putArray("ipv4_cidrs");
        ArrayNode v6 = json.putArray("ipv6_cidrs");
        addresses.forEach(block -> (block.indexOf(':') < 0 ? v4 : v6).add(block));
        if (Query.choice(call, "networks", "", Set.of("jdcloud")).equals("jdcloud")) {
            json.putArray("jdcloud_cidrs");
        }
        CRC32 sum = new CRC32();
        sum.update(addresses.toString().getBytes(StandardCharsets.UTF_8));
        return Envelope.ok(json.put("etag", Long.toHexString(sum.getValue())));
    }
}
