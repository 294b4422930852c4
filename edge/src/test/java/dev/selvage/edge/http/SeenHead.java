package dev.selvage.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// What a scanner made of the first bytes of an input.
///
/// @param meaning all that an accepted head says
record SeenHead(HeadScanner.Result result, int status, String reason, int length, String meaning) {
    static SeenHead of(HeadScanner scanner, byte[] input, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(input, 0, length);
        HeadScanner.Result result = scanner.scan(in);
        boolean refused = result == HeadScanner.Result.REFUSED;
        boolean complete = result == HeadScanner.Result.COMPLETE;
        if (in.readerIndex() != (complete ? scanner.headLength() : 0)) {
            throw new AssertionError(result + " consumed " + in.readerIndex() + " bytes");
        }
        return new SeenHead(
                result,
                refused ? scanner.status() : 0,
                refused ? scanner.reason() : "",
                complete ? scanner.headLength() : 0,
                complete ? meaning(scanner) : "");
    }

    /// All that the head says which a scanner has just accepted.
    static String meaning(HeadScanner scanner) {
        return switch (scanner) {
            case RequestParser request ->
                request.method()
                        + ' '
                        + request.target()
                        + ' '
                        + request.minorVersion()
                        + ' '
                        + request.host()
                        + ' '
                        + request.absolute()
                        + ' '
                        + request.bodyLength()
                        + ' '
                        + request.keepAlive()
                        + ' '
                        + request.upgrade()
                        + '\n'
                        + request.headers();
            case ResponseParser response ->
                response.statusCode() + " " + response.framedLength() + ' ' + response.keepAlive() + '\n'
                        + response.headers();
        };
    }
}
