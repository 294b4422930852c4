package dev.selvage.app;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.CountDownLatch;

/// Waits for Ctrl-C (SIGINT) or SIGTERM: the first asks for an orderly stop, the second stops at once.
///
/// A shutdown hook cannot do this: the exit code would be the signal's, and a second signal would wait for the first.
/// `sun.misc.Signal` is the only door to signals that a JDK has (module `jdk.unsupported`); it is reached by reflection
/// because the compiler warns about it in a way that nothing can silence.
final class StopSignal {
    /// The exit code after a second signal: 128 and SIGINT, as shells have it.
    static final int AT_ONCE = 130;

    private final CountDownLatch first = new CountDownLatch(1);

    private StopSignal() {}

    /// Takes the signals over.
    static StopSignal install() {
        StopSignal stop = new StopSignal();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle arrived = MethodHandles.lookup().bind(stop, "arrived", MethodType.methodType(void.class));
            Object taken =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(arrived, 0, signal));
            for (String name : new String[] {"INT", "TERM"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), taken);
            }
        } catch (ReflectiveOperationException missing) {
            // A Java without that module: the signals end the process without draining.
            System.getLogger(StopSignal.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "this Java cannot catch signals: stopping will not drain",
                            missing);
        }
        return stop;
    }

    /// Called by reflection, on the virtual machine's signal thread.
    void arrived() {
        if (first.getCount() == 0) {
            Runtime.getRuntime().halt(AT_ONCE);
        }
        first.countDown();
    }

    /// Returns once the first signal has arrived.
    void await() throws InterruptedException {
        first.await();
    }
}
