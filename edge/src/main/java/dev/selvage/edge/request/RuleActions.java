package dev.selvage.edge.request;

import dev.selvage.edge.config.Limiting;
import dev.selvage.edge.config.PhaseProgram;
import dev.selvage.edge.config.ZonePrograms;
import dev.selvage.edge.http.Headers;
import dev.selvage.edge.limit.RateTable;
import dev.selvage.model.event.CacheStatus;
import dev.selvage.model.event.MissReason;
import dev.selvage.model.event.RuleAction;
import dev.selvage.model.rules.Screening;
import dev.selvage.rules.program.Evaluation;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the rules of a zone do to an exchange, on one loop. Each method is for a zone that has such rules: the
/// phases ask first, so that others pay nothing.
final class RuleActions {
    /// The phase of rate limits, as `skip` names it.
    private static final String RATE_LIMITS = "http_ratelimit";

    /// Fields of a response that frame it, or by which the edge says what it did.
    private static final Set<String> KEPT = Set.of(
            "age",
            "cache-status",
            "cf-cache-status",
            "cf-mitigated",
            "cf-ray",
            "connection",
            "content-encoding",
            "content-length",
            "content-range",
            "date",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private final RequestFacts facts;
    private final Evaluation evaluation;
    private final RateLimits limits;
    private final int mostTarget;

    /// @param mostTarget longest target that a request may have
    RuleActions(RequestFacts facts, Evaluation evaluation, RateTable rates, int mostTarget) {
        this.facts = facts;
        this.evaluation = evaluation;
        this.limits = new RateLimits(rates, facts);
        this.mostTarget = mostTarget;
    }

    private Evaluation of(Exchange x) {
        facts.turnTo(x);
        evaluation.begin();
        return evaluation;
    }

    /// Sends the visitor elsewhere, or gives its request another target.
    ///
    /// @return true when the exchange has its response
    boolean turned(Exchange x, ZonePrograms programs) {
        Evaluation of = of(x);
        PhaseProgram<ZonePrograms.Redirecting> redirects = programs.redirects();
        for (int i = redirects.next(of, 0); i >= 0; i = redirects.next(of, i + 1)) {
            String location = Redirects.location(redirects.action(i), of, x);
            if (location != null) {
                x.did(redirects.id(i), RuleAction.REDIRECT);
                redirect(x, redirects.action(i).status(), location);
                return true;
            }
        }
        int rewrite = programs.rewrites().next(of, 0);
        String target = rewrite < 0 ? "" : x.target();
        // The server itself (`*`) has neither path nor query.
        if (target.startsWith("/")) {
            Optional<String> made = Rewrites.of(programs.rewrites(), of, rewrite, target, mostTarget);
            if (made.isEmpty()) {
                OwnPages.put(
                        x,
                        400,
                        "400: A rule of this site turns the request's URL into one that is none.\n",
                        "text/plain");
                x.response.cacheStatus = "Selvage; detail=rewrite";
                return true;
            }
            if (!made.get().equals(target)) {
                x.rewrite(made.get());
            }
        }
        return false;
    }

    /// Prepares an answer that sends the visitor elsewhere.
    ///
    /// @param location safe to be sent
    static void redirect(Exchange x, int status, String location) {
        OwnPages.put(x, status, status + ": " + location + "\n", "text/plain");
        // Browsers keep what is permanent for ever unless told otherwise, and a rule may change.
        String kept = status == 301 || status == 308 ? "max-age=3600" : "no-store";
        x.response.fields = Headers.of("content-type", OwnPages.PLAIN, "cache-control", kept, "location", location);
        x.response.cacheStatus = "Selvage; detail=redirect";
    }

    /// Refuses what the owner does not want, or too much of it.
    ///
    /// @return true when the exchange has its response
    boolean refused(Exchange x, ZonePrograms programs, long now) {
        Evaluation of = of(x);
        PhaseProgram<Screening> firewall = programs.firewall();
        boolean skipsLimits = false;
        for (int i = firewall.next(of, 0); i >= 0; i = firewall.next(of, i + 1)) {
            Screening rule = firewall.action(i);
            x.did(firewall.id(i), action(rule.kind()));
            if (RateLimits.refuses(rule)) {
                OwnPages.refuse(
                        x, rule, 403, detail(rule, "blocked"), "The owner of this site does not let this request in.");
                x.response.errorType = errorType(rule.kind(), "waf");
                return true;
            }
            if (rule.kind() == Screening.Kind.SKIP) {
                skipsLimits |= rule.skippedPhases().contains(RATE_LIMITS);
                if (rule.skipsRest()) {
                    break;
                }
            }
        }
        x.unlimited = skipsLimits;
        return !skipsLimits && !programs.limits().isEmpty() && over(x, programs.limits(), of, false, now);
    }

    /// Refuses what the cache does not answer, where that is too much of it.
    ///
    /// @return true when the exchange has its response
    boolean refusedAtOrigin(Exchange x, ZonePrograms programs, long now) {
        if (!over(x, programs.limits(), of(x), true, now)) {
            return false;
        }
        x.cacheStatus = CacheStatus.NONE;
        x.missReason = MissReason.NONE;
        return true;
    }

    private boolean over(Exchange x, PhaseProgram<Limiting> rules, Evaluation of, boolean atOrigin, long now) {
        for (int i = limits.over(rules, of, 0, atOrigin, now);
                i >= 0;
                i = limits.over(rules, of, i + 1, atOrigin, now)) {
            Screening screening = rules.action(i).screening();
            x.did(rules.id(i), action(screening.kind()));
            if (RateLimits.refuses(screening)) {
                OwnPages.refuse(
                        x,
                        screening,
                        429,
                        detail(screening, "rate-limited"),
                        "There have been too many requests like this one.");
                long seconds = Math.max(1, (limits.pause() + 999) / 1_000);
                x.response.fields = x.response.fields.with("retry-after", Long.toString(seconds));
                x.response.errorType = errorType(screening.kind(), "ratelimit");
                return true;
            }
        }
        limits.count(rules, of, false, atOrigin, now);
        return false;
    }

    /// Counts an exchange by what was answered.
    void counted(Exchange x, ZonePrograms programs, long now) {
        Evaluation of = of(x);
        limits.count(programs.limits(), of, true, false, now);
        if (programs.limitsOrigin() && x.cacheStatus.reachesOrigin()) {
            limits.count(programs.limits(), of, true, true, now);
        }
    }

    private static RuleAction action(Screening.Kind kind) {
        return switch (kind) {
            case BLOCK -> RuleAction.BLOCK;
            case CHALLENGE -> RuleAction.CHALLENGE;
            case MANAGED_CHALLENGE -> RuleAction.MANAGED_CHALLENGE;
            case JS_CHALLENGE -> RuleAction.JS_CHALLENGE;
            case SKIP -> RuleAction.SKIP;
            case LOG -> RuleAction.LOG;
        };
    }

    private static String detail(Screening screening, String otherwise) {
        return screening.kind() == Screening.Kind.BLOCK ? otherwise : otherwise + "-challenge";
    }

    private static String errorType(Screening.Kind kind, String otherwise) {
        return switch (kind) {
            case CHALLENGE -> "legacy_challenge";
            case MANAGED_CHALLENGE -> "managed_challenge";
            case JS_CHALLENGE -> "iuam";
            case BLOCK, SKIP, LOG -> otherwise;
        };
    }

    /// What changes of the header fields that the origin sees; the conditions see them as they were sent.
    ///
    /// @param normal `Accept-Encoding` is the edge's to say
    @Nullable
    HeaderEdits towardsOrigin(Exchange x, ZonePrograms programs, boolean normal) {
        return HeaderEdits.of(programs.requestHeaders(), of(x), name -> OriginHead.mayBeEdited(name, normal));
    }

    /// Puts the owner's error page in the place of an error.
    void served(Exchange x, ZonePrograms programs) {
        int rule = programs.errors().next(of(x), 0);
        if (rule >= 0) {
            x.did(programs.errors().id(rule), RuleAction.SERVE_ERROR);
            OwnPages.serve(x, programs.errors().action(rule));
        }
    }

    /// Changes the header fields that the visitor sees.
    void edited(Exchange x, ZonePrograms programs) {
        x.response.edits = HeaderEdits.of(programs.responseHeaders(), of(x), name -> !KEPT.contains(name));
    }
}
