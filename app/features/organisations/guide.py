"""Seven questions of the European Union's operational definition of a social enterprise, and what the answers come to.

The definition (Commission, "Social enterprises and their ecosystems in Europe", 2020) asks for continuous economic
activity, an explicit social aim, limits on profit, inclusive governance and independence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.organisations.models import OrganisationType

QUESTIONS: Mapping[str, LazyString] = {
    "economic": _l("Do you sell goods or services, all year round?"),
    "aim": _l("Does your statute say which good you do for society?"),
    "work": _l("Do you employ people who hardly find work elsewhere?"),
    "profit": _l("Does most of what you earn go into your aim, not to owners?"),
    "assets": _l("If you closed, would what you own stay with such an aim?"),
    "governance": _l("Do workers, members or users decide with you, each with one vote?"),
    "independence": _l(
        "Do you decide yourselves, without a ministry, a town or a company that can overrule you?"
    ),
}
ANSWERS: Mapping[str, LazyString] = {
    "yes": _l("Yes"),
    "partly": _l("Partly"),
    "no": _l("No"),
    "unknown": _l("I do not know"),
}
MISSING: Mapping[str, LazyString] = {
    "economic": _l("You would sell something regularly: gifts and grants alone do not make an enterprise."),
    "aim": _l("Your statute would name the good that you do for society."),
    "profit": _l("Your statute would limit what owners get of the profit."),
    "governance": _l("Those whom your work concerns would have a say that does not depend on capital."),
    "independence": _l("Nobody outside could overrule your decisions."),
}
"""What is missing where an essential question is answered by "no" or not at all."""

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "IT": {
        "economic": "mense, pulizie, verde pubblico",
        "aim": "impresa sociale (d.lgs. 112/2017)",
        "work": "cooperativa sociale di tipo B (l. 381/1991)",
        "profit": "riserve indivisibili",
        "assets": "devoluzione ai fondi mutualistici",
        "governance": "una testa, un voto",
        "independence": "non una società in house",
    },
    "FR": {
        "economic": "maraîchage, restauration, ressourcerie",
        "aim": "agrément ESUS (loi 2014-856)",
        "work": "entreprise d’insertion, ACI, ETTI, EA",
        "profit": "réserves impartageables",
        "assets": "dévolution désintéressée de l’actif net",
        "governance": "SCIC, une personne, une voix",
        "independence": "pas une régie municipale",
    },
    "BE": {
        "economic": "titres-services, maatwerk, tri textile",
        "aim": "agrément « entreprise sociale » / erkenning als sociale onderneming (CSA/WVV 2019)",
        "work": "maatwerkbedrijf, EFT, entreprise d’insertion",
        "profit": "dividende limité / beperkt dividend",
        "assets": "boni de liquidation affecté au but social",
        "governance": "CVSO / SC agréée, une voix par associé",
        "independence": "pas un CPAS / geen OCMW",
    },
    "CY": {
        "economic": "τοπικά προϊόντα, εστίαση, φροντίδα",
        "aim": "κοινωνική επιχείρηση γενικού σκοπού (Ν. 207(I)/2020)",
        "work": "κοινωνική επιχείρηση ένταξης (Ν. 207(I)/2020)",
        "profit": "επανεπένδυση των κερδών",
        "assets": "διάθεση του ενεργητικού στον κοινωνικό σκοπό",
        "governance": "ένα μέλος, μία ψήφος",
        "independence": "όχι υπηρεσία δήμου",
    },
    "GR": {
        "economic": "τοπικά προϊόντα, καθαριότητα, εστίαση",
        "aim": "Κοιν.Σ.Επ. (ν. 4430/2016)",
        "work": "Κοιν.Σ.Επ. ένταξης, ΚοιΣΠΕ",
        "profit": "τα κέρδη δεν διανέμονται στα μέλη",
        "assets": "αποθεματικό, Ταμείο Κοινωνικής Οικονομίας",
        "governance": "ένα μέλος, μία ψήφος",
        "independence": "όχι επιχείρηση δήμου",
    },
    "PL": {
        "economic": "gastronomia, zieleń, pralnia",
        "aim": "status przedsiębiorstwa społecznego (ustawa o ekonomii społecznej, 2022)",
        "work": "spółdzielnia socjalna (2006), ZAZ, CIS",
        "profit": "zysk na reintegrację i działalność pożytku",
        "assets": "majątek na cele społeczne po likwidacji",
        "governance": "jeden członek, jeden głos",
        "independence": "nie jednostka gminy",
    },
    "HR": {
        "economic": "poljoprivreda, ugostiteljstvo, usluge",
        "aim": "društveno poduzeće",
        "work": "socijalna zadruga (Zakon o zadrugama), zaštitna radionica",
        "profit": "dobit se ulaže u djelatnost",
        "assets": "imovina ostaje za istu svrhu",
        "governance": "jedan član, jedan glas",
        "independence": "nije ustanova grada",
    },
    "SI": {
        "economic": "reja in predelava hrane, gostinstvo, ponovna uporaba",
        "aim": "socialno podjetje, so. p. (ZSocP)",
        "work": "zaposlitveni center, invalidsko podjetje, so. p. tipa B",
        "profit": "prepoved delitve dobička",
        "assets": "premoženje drugemu socialnemu podjetju",
        "governance": "en član, en glas",
        "independence": "ni javni zavod",
    },
    "DE": {
        "economic": "Küche, Grünpflege, Secondhand",
        "aim": "gemeinnützige GmbH",
        "work": "Inklusionsbetrieb (§ 215 SGB IX)",
        "profit": "Mittel nur für den Satzungszweck",
        "assets": "Vermögensbindung (§ 61 AO)",
        "governance": "Genossenschaft: ein Mitglied, eine Stimme",
        "independence": "kein Eigenbetrieb der Stadt",
    },
    "NL": {
        "economic": "horeca, groen, hergebruik",
        "aim": "Code Sociale Ondernemingen",
        "work": "sociale firma, PSO-keurmerk",
        "profit": "winst gaat naar het maatschappelijk doel",
        "assets": "stichting, batig saldo naar een soortgelijk doel",
        "governance": "coöperatie, één lid, één stem",
        "independence": "geen gemeentelijke dienst",
    },
}
"""What each question means in a country, in the words that people there look for: they are names, and not translated."""
EXAMPLE_LANGUAGES: Mapping[str, str] = {
    "IT": "it",
    "FR": "fr",
    "BE": "fr",
    "CY": "el",
    "GR": "el",
    "PL": "pl",
    "HR": "hr",
    "SI": "sl",
    "DE": "de",
    "NL": "nl",
}
ESSENTIAL = tuple(MISSING)


@dataclass(frozen=True)
class Outcome:
    """What the answers come to: a type of ours, whether all that is essential is there, what is not, where to look."""

    type: OrganisationType
    fits: bool
    missing: tuple[LazyString, ...]
    look_up: str


def outcome_of(answers: Mapping[str, str], country: str) -> Outcome:
    """What the answers (keys of ANSWERS by keys of QUESTIONS) come to in a country; it is no legal verdict."""
    given = {name for name in QUESTIONS if answers.get(name) in ("yes", "partly")}
    missing = tuple(name for name in ESSENTIAL if name not in given)
    works = answers.get("work") == "yes"
    names = EXAMPLES.get(country, {})
    return Outcome(
        _type(given, answers, works=works),
        not missing,
        tuple(MISSING[name] for name in missing),
        names.get("work" if works else "aim", ""),
    )


def _type(given: set[str], answers: Mapping[str, str], *, works: bool) -> OrganisationType:
    if {"aim", "economic"} <= given and works:
        return OrganisationType.WISE
    if answers.get("governance") == "yes" and "economic" in given:
        return OrganisationType.COOPERATIVE
    if "aim" in given and "profit" in given:
        return OrganisationType.ASSOCIATION
    if {"aim", "economic"} <= given:
        return OrganisationType.STARTUP
    return OrganisationType.COMPANY if "economic" in given else OrganisationType.OTHER
