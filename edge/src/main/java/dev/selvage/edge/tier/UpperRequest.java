package dev.selvage.edge.tier;

import java.nio.charset.StandardCharsets;

/// A request that may go to the upper edge in place of the origin.
///
/// @param about what it tells of the request; when it is sent, and the sequence, are put in later
/// @param authority its `Host`
/// @param target its path and query
/// @param head without the field [TierRequest#FIELD] and the blank line that ends it
/// @param wholeHead the same for the whole, without conditions
public record UpperRequest(
        Upper upper, TierRequest about, String method, String authority, String target, byte[] head, byte[] wholeHead) {
    /// The sequence that it must carry when its fill has been born by now.
    ///
    /// @param applied of the last purge that is effective here
    /// @param now epoch milliseconds
    public long sequence(long applied, long now) {
        return upper.sequences().begun(about.zone(), applied, now);
    }

    /// The head that is sent.
    ///
    /// @param whole ask for the whole, without conditions
    /// @param sequence as it was after the fill was born
    /// @param at epoch seconds
    public byte[] sealed(boolean whole, long sequence, long at) {
        String field = about.sent(at, sequence).sealed(upper.secret(), method, authority, target);
        byte[] end = ("Selvage-Tier: " + field + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] begin = whole ? wholeHead : head;
        byte[] all = new byte[begin.length + end.length];
        System.arraycopy(begin, 0, all, 0, begin.length);
        System.arraycopy(end, 0, all, begin.length, end.length);
        return all;
    }
}
