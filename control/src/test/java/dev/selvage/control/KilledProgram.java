package dev.selvage.control;

import dev.selvage.toolkit.lifecycle.Health;
import dev.selvage.toolkit.metrics.Metrics;
import dev.selvage.toolkit.web.Router;
import dev.selvage.toolkit.web.WebServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// The management plane as a process of its own, to be killed. Writes its port into a file of the data
/// directory.
final class KilledProgram {
    private KilledProgram() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Control control = Control.open(new ControlSettings(directory, TestControl.TOKEN), new Health(), new Metrics());
        Router router = new Router();
        control.routes(router);
        WebServer server =
                WebServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), router, control.fallback());
        Path draft = directory.resolve("port.new");
        Files.writeString(draft, Integer.toString(server.port()));
        Files.move(draft, directory.resolve("port"));
        Thread.currentThread().join();
    }
}
