package dev.selvage.control.purge;

import dev.selvage.control.api.Times;
import dev.selvage.model.purge.PurgeCommand;
import dev.selvage.model.purge.PurgeExplanation;
import dev.selvage.model.purge.PurgeExplanation.Copy;
import dev.selvage.model.purge.PurgeExplanation.Coverage;
import dev.selvage.model.purge.PurgeExplanation.Meaning;
import dev.selvage.model.purge.PurgeExplanation.State;
import dev.selvage.model.purge.PurgeSelection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Says in sentences why a purge does or does not cover what is stored.
final class Why {
    /// Tags that a sentence names.
    private static final int NAMED = 5;

    private Why() {}

    /// A purge as it bears on a copy.
    private record Bearing(PurgeCommand purge, Meaning meaning, PurgeExplanation where, Copy copy) {}

    /// Why a purge does or does not cover a copy, as a sentence.
    static String sentence(PurgeCommand purge, Meaning meaning, PurgeExplanation where, Copy copy) {
        PurgeSelection selection = purge.selection();
        return switch (meaning) {
            case COVERS -> "It covers this copy, which " + (purge.soft() ? "is stale since." : "is not served since.");
            case FETCHED_AFTER -> "It covers this URL, and this copy was fetched after it.";
            case OTHER_HOST ->
                "It is about " + what(selection) + ", and the host of this copy is " + where.host() + ".";
            case OTHER_PATH ->
                "It is about " + what(selection) + ", and the path of this copy is " + SelectionForm.shown(where.path())
                        + ", as it is after the zone's rules have rewritten it.";
            case OTHER_CASE ->
                "It names " + quoted(nearest(selection, where, true))
                        + ", which differs from this copy's path in upper and lower case: paths are compared as they"
                        + " are.";
            case SLASH_AT_END ->
                "It names " + quoted(nearest(selection, where, false))
                        + " with a slash at the end, which covers what is under it and not the page itself; without the"
                        + " slash it covers both.";
            case NEIGHBOUR ->
                "It names " + quoted(nearest(selection, where, false))
                        + ", and a prefix covers whole path segments: this copy's path goes on within the segment.";
            case OTHER_QUERY ->
                "It names this path with another query, or with none: a URL is purged with its query, a prefix with"
                        + " every query.";
            case OTHER_TAGS ->
                "It names " + what(selection) + ", and this copy "
                        + (copy.tags().isEmpty() ? "has no tags." : "has " + tags(copy.tags()) + ".");
        };
    }

    /// One or two sentences that answer why a URL is as it is.
    ///
    /// @param purges the newest first
    static String summary(PurgeUrl url, List<PurgeCommand> purges, Pops.Asked<PurgeExplanation> asked) {
        if (asked.answers().isEmpty()) {
            return "No PoP answered, so that nothing can be said about what is stored of "
                    + SelectionForm.shown(url.text()) + ".";
        }
        String behind = behind(purges, asked);
        List<PurgeExplanation> with = asked.answers().values().stream()
                .filter(each -> !each.copies().isEmpty())
                .toList();
        if (with.isEmpty()) {
            return "Nothing is stored of this URL at " + all(asked)
                    + ": the next request for it goes to the origin, so that there is nothing to purge." + behind;
        }
        boolean served =
                with.stream().flatMap(each -> each.copies().stream()).anyMatch(copy -> copy.state() != State.PURGED);
        return (served ? served(purges, with) : hidden(purges, with)) + behind;
    }

    private static String hidden(List<PurgeCommand> purges, List<PurgeExplanation> with) {
        return latest(purges, with, true)
                .filter(bearing -> bearing.meaning == Meaning.COVERS)
                .map(bearing -> "It was purged by " + named(bearing.purge)
                        + " and is not served any more; only its space is not given back yet.")
                .orElse("It was purged and is not served any more; only its space is not given back yet.");
    }

    private static String served(List<PurgeCommand> purges, List<PurgeExplanation> with) {
        if (purges.isEmpty()) {
            return "It is stored, and no purge of the last " + Receipts.KEPT.toDays() + " days was about this zone.";
        }
        Optional<Bearing> near = latest(purges, with, false);
        Optional<Bearing> covering = latest(purges, with, true);
        if (near.isPresent()
                && covering.map(it -> it.purge.sequence()).orElse(0L)
                        < near.get().purge.sequence()) {
            Bearing it = near.get();
            return "It is stored, and the last purge that may have been meant for it, " + named(it.purge)
                    + ", does not cover it: " + lower(sentence(it.purge, it.meaning, it.where, it.copy));
        }
        return covering.map(it -> it.meaning == Meaning.FETCHED_AFTER
                        ? "It was purged by " + named(it.purge) + ", and what is stored was fetched after that."
                        : "It was made stale by " + named(it.purge)
                                + ": the next request for it has the origin confirm or replace it.")
                .orElseGet(() -> unconcerned(purges));
    }

    private static String unconcerned(List<PurgeCommand> purges) {
        PurgeCommand last = purges.getFirst();
        String about = what(last.selection()) + ".";
        return purges.size() == 1
                ? "It is stored, and the zone's only purge of the last " + Receipts.KEPT.toDays() + " days, "
                        + named(last) + ", is not about it but about " + about
                : "It is stored, and none of the zone's last " + purges.size() + " purges is about it; the last one, "
                        + named(last) + ", is about " + about;
    }

    /// The newest purge that covers one of the copies, or nearly does.
    private static Optional<Bearing> latest(List<PurgeCommand> purges, List<PurgeExplanation> with, boolean covering) {
        Map<String, PurgeCommand> byId = new HashMap<>();
        purges.forEach(purge -> byId.put(purge.id(), purge));
        Bearing latest = null;
        for (PurgeExplanation where : with) {
            for (Copy copy : where.copies()) {
                for (Coverage coverage : copy.purges()) {
                    PurgeCommand purge = byId.get(coverage.purge());
                    boolean wanted = covering ? covers(coverage.meaning()) : nearly(coverage.meaning());
                    if (purge != null && wanted && (latest == null || latest.purge.sequence() < purge.sequence())) {
                        latest = new Bearing(purge, coverage.meaning(), where, copy);
                    }
                }
            }
        }
        return Optional.ofNullable(latest);
    }

    private static boolean covers(Meaning meaning) {
        return meaning == Meaning.COVERS || meaning == Meaning.FETCHED_AFTER;
    }

    private static boolean nearly(Meaning meaning) {
        return switch (meaning) {
            case OTHER_CASE, SLASH_AT_END, NEIGHBOUR, OTHER_QUERY -> true;
            case COVERS, FETCHED_AFTER, OTHER_HOST, OTHER_PATH, OTHER_TAGS -> false;
        };
    }

    /// That some PoPs do not have the last purge yet; empty where all have.
    private static String behind(List<PurgeCommand> purges, Pops.Asked<PurgeExplanation> asked) {
        long last = purges.isEmpty() ? 0 : purges.getFirst().sequence();
        List<String> late = asked.answers().entrySet().stream()
                .filter(entry -> entry.getValue().applied() < last)
                .map(Map.Entry::getKey)
                .limit(NAMED)
                .toList();
        return late.isEmpty() ? "" : " The last purge is not effective yet at " + String.join(", ", late) + ".";
    }

    private static String all(Pops.Asked<PurgeExplanation> asked) {
        int count = asked.answers().size();
        return count == 1
                ? "the PoP " + asked.answers().keySet().iterator().next()
                : "any of the " + count + " PoPs that answered";
    }

    private static String named(PurgeCommand purge) {
        return purge.id() + " of " + Times.text(purge.acceptedAt());
    }

    /// What a selection is about, within a sentence.
    private static String what(PurgeSelection selection) {
        if (selection.everything()) {
            return "everything";
        }
        if (!selection.urls().isEmpty()) {
            return some(
                    "the URL",
                    "URLs",
                    selection.urls().size(),
                    selection.urls().getFirst().url());
        }
        if (!selection.hosts().isEmpty()) {
            return some(
                    "the host",
                    "hosts",
                    selection.hosts().size(),
                    selection.hosts().getFirst());
        }
        if (!selection.prefixes().isEmpty()) {
            return some(
                    "the prefix",
                    "prefixes",
                    selection.prefixes().size(),
                    selection.prefixes().getFirst());
        }
        return some("the tag", "tags", selection.tags().size(), selection.tags().getFirst());
    }

    private static String some(String one, String several, int count, String first) {
        return count == 1 ? one + " " + quoted(first) : count + " " + several + ", " + quoted(first) + " the first";
    }

    private static String tags(List<String> tags) {
        String first = String.join(", ", tags.subList(0, Math.min(NAMED, tags.size())));
        String word = tags.size() == 1 ? "the tag " : "the tags ";
        return word
                + SelectionForm.shown(first)
                + (tags.size() > NAMED ? " and " + (tags.size() - NAMED) + " others" : "");
    }

    /// What of a selection comes nearest to a page: of those that begin as it does the longest.
    private static String nearest(PurgeSelection selection, PurgeExplanation where, boolean ignoringCase) {
        String page = where.host() + where.path();
        List<String> entries = selection.urls().isEmpty()
                ? selection.prefixes()
                : selection.urls().stream().map(url -> plain(url.url())).toList();
        String wanted = ignoringCase ? page.toLowerCase(Locale.ROOT) : page;
        return entries.stream()
                .filter(entry -> (wanted + "/").startsWith(ignoringCase ? entry.toLowerCase(Locale.ROOT) : entry))
                .max(Comparator.comparingInt(String::length))
                .orElse(entries.isEmpty() ? page : entries.getFirst());
    }

    /// Host and path of a URL.
    private static String plain(String url) {
        int query = url.indexOf('?');
        return url.substring(url.indexOf("://") + "://".length(), query < 0 ? url.length() : query);
    }

    private static String quoted(String text) {
        return "\"" + SelectionForm.shown(text) + "\"";
    }

    private static String lower(String sentence) {
        return sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
    }
}
