package dev.selvage.edge.fill;

import static java.lang.System.Logger.Level.WARNING;

import dev.selvage.model.origin.AddressKind;
import dev.selvage.model.origin.EmbeddedIpv4;
import dev.selvage.model.origin.OriginPolicy;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/// Asked about every address before a new connection to an origin is opened to it, names being resolved
/// by then. All loops share it.
public final class OriginGate {
    private static final System.Logger LOG = System.getLogger(OriginGate.class.getName());
    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

    private final OriginPolicy policy;
    private final Predicate<InetAddress> machine;
    private final List<InetSocketAddress> own = new CopyOnWriteArrayList<>();
    private final LongAdder refused = new LongAdder();
    private final AtomicLong warnAgain = new AtomicLong(System.nanoTime());

    public OriginGate(OriginPolicy policy) {
        this(policy, new MachineAddresses());
    }

    /// @param machine true for the addresses of this machine's interfaces
    OriginGate(OriginPolicy policy, Predicate<InetAddress> machine) {
        this.policy = policy;
        this.machine = machine;
    }

    /// Closes the way to a listener of this program.
    ///
    /// @param listener what it is bound to, with the port that it has
    public void own(InetSocketAddress listener) {
        own.add(listener);
    }

    /// Addresses refused so far.
    public long refused() {
        return refused.sum();
    }

    /// Why there must be no connection.
    ///
    /// @param why for the operator
    public record Refusal(OriginFailure failure, String why) {}

    /// Why there must be no connection to `address`, a resolved one; empty when there may be one.
    public Optional<Refusal> judge(InetSocketAddress address) {
        AddressKind kind = AddressKind.of(address.getAddress().getAddress());
        if (!policy.allows(kind)) {
            String remedy = OriginPolicy.CHOICES.contains(kind) ? "; the setting origin.allow could add them" : "";
            return Optional.of(new Refusal(
                    new OriginFailure.Prohibited(),
                    "addresses of the kind " + kind.wire() + " are not allowed" + remedy));
        }
        return isOwn(address)
                ? Optional.of(new Refusal(new OriginFailure.Ourselves(), "this program itself listens there"))
                : Optional.empty();
    }

    /// As [#judge], counting and logging what is refused.
    ///
    /// @param site the host name whose origin is wanted
    Optional<OriginFailure> refusal(InetSocketAddress address, String site) {
        Optional<Refusal> judged = judge(address);
        judged.ifPresent(refusal -> {
            refused.increment();
            warn(site, address, refusal.why());
        });
        return judged.map(Refusal::failure);
    }

    /// Why there must be no connection to an address that the operator names; empty when there may be one.
    Optional<OriginFailure> ownOnly(InetSocketAddress address) {
        return isOwn(address) ? Optional.of(new OriginFailure.Ourselves()) : Optional.empty();
    }

    private boolean isOwn(InetSocketAddress address) {
        for (InetSocketAddress listener : own) {
            if (listener.getPort() == address.getPort() && reaches(reached(address.getAddress()), listener)) {
                return true;
            }
        }
        return false;
    }

    private boolean reaches(InetAddress address, InetSocketAddress listener) {
        return listener.getAddress().isAnyLocalAddress()
                ? address.isLoopbackAddress() || machine.test(address)
                : address.equals(listener.getAddress());
    }

    private static InetAddress reached(InetAddress address) {
        try {
            return InetAddress.getByAddress(EmbeddedIpv4.unwrap(address.getAddress()));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Visitors can bring this about as often as they like: now and then is enough.
    private void warn(String site, InetSocketAddress address, String why) {
        long due = warnAgain.get();
        long now = System.nanoTime();
        if (now - due >= 0 && warnAgain.compareAndSet(due, now + BETWEEN_WARNINGS.toNanos())) {
            LOG.log(
                    WARNING,
                    "the origin of {0} is not connected to at {1}: {2}",
                    site,
                    NetUtil.toSocketAddressString(address),
                    why);
        }
    }
}
