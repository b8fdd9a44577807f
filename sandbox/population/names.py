"""Who lives in the population: invented names in several scripts, each with its ASCII form.

Nothing here needs four bytes in UTF-8, which Zuora does not take.
"""

from __future__ import annotations

from random import Random

from sandbox import people
from sandbox.people import Person

Pair = tuple[str, str]


def _as_is(names: tuple[str, ...]) -> tuple[Pair, ...]:
    return tuple((name, name.lower()) for name in names)


PLAIN_FIRST, PLAIN_LAST = _as_is(people.FIRST), _as_is(people.LAST)
FIRST: dict[str, tuple[Pair, ...]] = {
    "plain": PLAIN_FIRST,
    "accent": (
        *(("Zoé", "zoe"), ("Jürg", "juerg"), ("Ángel", "angel"), ("Łucja", "lucja")),
        *(("Søren", "soren"), ("Chloë", "chloe"), ("Şebnem", "sebnem"), ("Iñaki", "inaki")),
    ),
    "apostrophe": (*PLAIN_FIRST, ("D'Arcy", "d'arcy"), ("Ra'ed", "ra'ed")),
    "hyphen": (("Anne-Lotte", "anne-lotte"), ("Jean-Benno", "jean-benno"), ("Min-seo", "min-seo")),
    "other-script": (
        *(("Ольга", "olga"), ("Юрий", "yuriy"), ("Ελένη", "eleni"), ("小春", "koharu")),
        *(("지우", "jiwoo"), ("ليلى", "layla"), ("आरव", "aarav"), ("נועה", "noa")),
    ),
}
LAST: dict[str, tuple[Pair, ...]] = {
    "plain": PLAIN_LAST,
    "accent": (
        *(("Müllerwind", "muellerwind"), ("Brückhåll", "bruckhall"), ("Peñafria", "penafria")),
        *(("Ćosivac", "cosivac"), ("Lefèvrier", "lefevrier"), ("Großheim", "grossheim")),
    ),
    "apostrophe": (
        *(("O'Brannick", "o'brannick"), ("D'Aloisi", "d'aloisi"), ("N'Dourane", "n'dourane")),
        ("O\N{RIGHT SINGLE QUOTATION MARK}Tarrell", "otarrell"),
        ("van 't Hoek", "vanthoek"),
    ),
    "hyphen": (("Berg-Tannau", "berg-tannau"), ("Lind-Okoro", "lind-okoro")),
    "other-script": (
        *(("Березовская", "berezovskaya"), ("Παπαδρόσος", "papadrosos"), ("佐倉井", "sakurai")),
        *(("한솔림", "hansollim"), ("الزهراني", "alzahrani"), ("वर्मनी", "varmani")),
    ),
}
COMPANY = (
    *("Amberline", "Birchfold", "Coalwick", "Driftmark", "Eastholm", "Fieldspar", "Glenroot"),
    *("Harbourne", "Ironleaf", "Juniper Hill", "Kestrel", "Lowmoor", "Millrace", "Northcote"),
)
LINE = (
    "Analytics",
    "Foundry",
    "Group",
    "Labs",
    "Logistics",
    "Systems",
    "Werke",
    "Études",
    "& Söhne",
)
PLACES = (
    ("Utrecht", "Utrecht", "3511 AA", "Netherlands"),
    ("Seattle", "Washington", "98101", "United States"),
    ("Toronto", "Ontario", "M5H 2N2", "Canada"),
    ("München", "Bayern", "80331", "Germany"),
    ("Kraków", "Małopolskie", "31-001", "Poland"),
    ("Osaka", "Osaka", "530-0001", "Japan"),
)


def someone(random: Random, script: str, domain: str, position: int) -> Person:
    """A person of a company; `position` keeps the company's addresses apart."""
    first, first_ascii = random.choice(FIRST[script])
    last, last_ascii = random.choice(LAST[script])
    suffix = str(position) if position else ""
    return Person(first, last, f"{first_ascii}.{last_ascii}{suffix}@{domain}")


def company(random: Random) -> str:
    """A company's name; many share one."""
    return f"{random.choice(COMPANY)} {random.choice(LINE)}"
