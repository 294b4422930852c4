package dev.selvage.edge.fill;

import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Knows the addresses of this machine's interfaces. They come and go, but reading them costs system
/// calls: what was read counts for a while.
final class MachineAddresses implements Predicate<InetAddress> {
    private static final System.Logger LOG = System.getLogger(MachineAddresses.class.getName());
    private static final Duration COUNTS = Duration.ofSeconds(5);

    private final AtomicLong readAgain;
    private volatile Set<InetAddress> known;

    MachineAddresses() {
        readAgain = new AtomicLong(System.nanoTime() + COUNTS.toNanos());
        known = read(Set.of());
    }

    @Override
    public boolean test(InetAddress address) {
        long due = readAgain.get();
        long now = System.nanoTime();
        if (now - due >= 0 && readAgain.compareAndSet(due, now + COUNTS.toNanos())) {
            known = read(known);
        }
        return known.contains(address);
    }

    private static Set<InetAddress> read(Set<InetAddress> before) {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (SocketException failure) {
            LOG.log(WARNING, "the addresses of this machine's interfaces cannot be read", failure);
            return before;
        }
    }
}
