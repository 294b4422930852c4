package dev.selvage.rules;

import dev.selvage.toolkit.settings.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What an unknown name may have been meant to be.
final class Names {
    private static final int LONGEST = 80;

    private Names() {}

    /// A name as a message repeats it.
    static String shown(String name) {
        return name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
    }

    static String meantFunction(String word) {
        List<String> names = new ArrayList<>(List.of("any", "all"));
        for (RuleFunction function : RuleFunction.values()) {
            names.add(function.spelled());
        }
        return meant(word, names);
    }

    /// Says why a field of the public API is not known here, where that is so.
    static String outside(String word) {
        for (String product : List.of("http.request.body.", "http.request.jwt.", "cf.llm.", "cf.waf.content_scan.")) {
            if (word.startsWith(product)) {
                return ": the product that `" + product + "*` belongs to is not part of Selvage";
            }
        }
        return "";
    }

    /// `, did you mean …?` for the nearest of `names`; empty when none is near.
    static String meant(String word, Collection<String> names) {
        return Nearest.among(word, names)
                .map(name -> ", did you mean `" + name + "`?")
                .orElse("");
    }
}
