package dev.selvage.control.dns;

import dev.selvage.control.zones.Zone;
import java.util.List;

/// Writes records as a master file (RFC 1035 section 5.1), which [ZoneFileReader] reads again.
final class ZoneFileWriter {
    private ZoneFileWriter() {}

    /// @param records in the order of the file, those of a type together
    static String write(Zone zone, List<DnsRecord> records, String now) {
        StringBuilder file = new StringBuilder(64 + 100 * records.size());
        file.append(";;\n;; Domain:     ")
                .append(zone.name())
                .append(".\n;; Exported:   ")
                .append(now)
                .append("\n;;\n$ORIGIN ")
                .append(zone.name())
                .append(".\n");
        RecordType type = null;
        for (DnsRecord record : records) {
            if (record.type() != type) {
                type = record.type();
                file.append("\n;; ").append(type).append(" Records\n");
            }
            file.append(record.name())
                    .append(".\t")
                    .append(record.ttl())
                    .append("\tIN\t")
                    .append(type)
                    .append('\t')
                    .append(data(record))
                    .append(Remark.text(record))
                    .append('\n');
        }
        return file.toString();
    }

    private static String data(DnsRecord record) {
        String priority = record.type().prioritised() ? record.priority() + " " : "";
        if (record.data() != null) {
            return priority + RecordData.text(record.type(), record.data(), host -> host + ".");
        }
        return priority
                + switch (record.type()) {
                    case CNAME, MX, NS, PTR -> record.content().equals(".") ? "." : record.content() + ".";
                    case TXT ->
                        Presentation.textRecord(record.content())
                                .map(bytes -> Presentation.quoteAll(bytes))
                                .orElseGet(() -> Presentation.quote(record.content()));
                    case A,
                            AAAA,
                            CAA,
                            CERT,
                            DNSKEY,
                            DS,
                            HTTPS,
                            LOC,
                            NAPTR,
                            OPENPGPKEY,
                            SMIMEA,
                            SRV,
                            SSHFP,
                            SVCB,
                            TLSA,
                            URI -> record.content();
                };
    }
}
