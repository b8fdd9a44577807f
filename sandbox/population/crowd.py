"""The people of a tidy population, and other ways to write down the same name."""

from __future__ import annotations

from random import Random

from sandbox.people import Person
from sandbox.population import names, shares

CROWD = 4000
HARD_SPACE = "\N{NO-BREAK SPACE}"
OTHER_FORMS = (
    str.upper,
    str.lower,
    lambda text: f" {text}",
    lambda text: f"{text} ",
    lambda text: text.replace(" ", "  ") + "\t",
    lambda text: text.replace(" ", HARD_SPACE),
)


class Crowd:
    """A supply of names in several scripts, drawn once and used again and again."""

    def __init__(self, random: Random) -> None:
        """Draw the names."""
        self._random = random.random
        scripts = [one for one, _ in shares.SCRIPTS]
        weights = [weight for _, weight in shares.SCRIPTS]
        drawn = random.choices(scripts, weights, k=CROWD)
        people = [names.someone(random, script, "", 0) for script in drawn]
        self._names = [(one.first_name, one.last_name, one.email[:-1]) for one in people]

    def person(self, domain: str, place: int = 0) -> Person:
        """Somebody at a company; `place` keeps the company's addresses apart."""
        first, last, local = self._names[int(self._random() * CROWD)]
        return Person(first, last, f"{local}{place or ''}@{domain}")

    def another_form(self, text: str) -> str:
        """The same text in other letters or with other whitespace; now and then as it is."""
        return OTHER_FORMS[int(self._random() * len(OTHER_FORMS))](text)
