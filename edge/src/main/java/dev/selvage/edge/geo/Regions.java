package dev.selvage.edge.geo;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What follows from a country: its continent, and whether it is in the European Union.
public final class Regions {
    private static final Set<String> UNION =
            Set.of("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ", -1));

    private static final Map<String, String> CONTINENTS = new HashMap<>();

    static {
        on("AF", "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU");
        on("AF", "MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW");
        on("AN", "AQ BV GS HM TF");
        on("AS", "AE AF AM AZ BD BH BN BT CC CN CX CY GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN");
        on("AS", "MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TL TM TR TW UZ VN YE");
        on("EU", "AD AL AT AX BA BE BG BY CH CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC");
        on("EU", "MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK");
        on("NA", "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR");
        on("NA", "SV SX TC TT US VC VG VI");
        on("OC", "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS");
        on("SA", "AR BO BR CL CO EC FK GF GY PE PY SR UY VE");
    }

    private Regions() {}

    private static void on(String continent, String countries) {
        for (String country : countries.split(" ", -1)) {
            CONTINENTS.put(country, continent);
        }
    }

    /// `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`; empty when the country is not known.
    ///
    /// @param country ISO 3166-1 alpha-2
    public static String continent(String country) {
        return CONTINENTS.getOrDefault(country, "");
    }

    /// True for a member state.
    public static boolean european(String country) {
        return UNION.contains(country);
    }
}
