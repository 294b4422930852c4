package dev.selvage.app;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/// What a person sees once the program runs. Scripts may rely on the first word of each line and the address after it.
///
/// @param tokenGiven the token came from the environment
record Banner(UpSettings settings, @Nullable OriginUrl origin, boolean tokenGiven) {
    void print(Up up, PrintStream out) {
        String api = "http://" + host() + ":" + up.apiPort();
        StringBuilder text = new StringBuilder("Selvage " + Version.TEXT + " is up\n\n");
        line(
                text,
                "Edge",
                "http://" + host() + ":" + up.edgePort() + "/",
                origin == null ? "for the zones made through the API" : "in front of " + origin);
        line(text, "Dashboard", api + "/", "");
        line(text, "API", api + "/client/v4", "");
        line(
                text,
                "Token",
                tokenGiven ? "SELVAGE_TOKEN" : up.data().resolve("admin-token").toString(),
                tokenGiven ? "from the environment" : "sign in with what this file holds");
        line(text, "TLS", "not served yet", "by this version; port " + settings.httpsPort() + " is kept for it");
        out.print(text.append("\nCtrl-C stops.\n"));
        out.flush();
    }

    private static void line(StringBuilder text, String name, String value, String remark) {
        text.append("  %-10s %s%s%n".formatted(name, value, remark.isEmpty() ? "" : "  (" + remark + ")"));
    }

    /// The address as a browser on this machine needs it.
    private String host() {
        return switch (settings.bind()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "[::]" -> "[::1]";
            case String bind when bind.contains(":") && !bind.startsWith("[") -> "[" + bind + "]";
            case String bind -> bind;
        };
    }
}
