"""Invented texts: by format, by a property's name, or plain words; each from one number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from faker import Faker

NUMBERS = 1 << 128  # below it lie the numbers that texts are made from
START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = 31_536_000  # seconds: sample instants lie in one year
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet", "kelp")
# Only these property names are worth an invented person or company.
FAKED = {
    "name": "name",
    "full_name": "name",
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "company": "company",
    "organization_name": "company",
    "city": "city",
    "country": "country",
    "phone": "phone_number",
}


def word(number: int, name: str = "") -> str:
    """A word, or what a property of that name holds."""
    if name not in FAKED:
        return WORDS[number % len(WORDS)]
    faker = _faker()
    faker.seed_instance(number % (1 << 31))
    return str(getattr(faker, FAKED[name])())


@lru_cache(maxsize=1)
def _faker() -> Faker:
    from faker import Faker  # takes a tenth of a second: only where a name asks for it

    return Faker("en_US")


def _instant(number: int) -> datetime:
    return START + timedelta(seconds=number % SPAN)


FORMS: dict[str, Callable[[int], str]] = {
    "uuid": lambda number: str(UUID(int=number, version=4)),
    "date-time": lambda number: _instant(number).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date": lambda number: _instant(number).strftime("%Y-%m-%d"),
    "time": lambda number: _instant(number).strftime("%H:%M:%SZ"),
    "duration": lambda number: f"PT{number % 59 + 1}M",
    "email": lambda number: f"{WORDS[number % len(WORDS)]}{number % 97}@sandbox.example",
    "hostname": lambda number: f"{WORDS[number % len(WORDS)]}.example",
    "ipv4": lambda number: f"192.0.2.{number % 254 + 1}",
    "ipv6": lambda number: f"2001:db8::{number % 65_535:x}",
    "uri": lambda number: f"https://sandbox.example/{WORDS[number % len(WORDS)]}/{number % 997}",
    "uri-reference": lambda number: f"/{WORDS[number % len(WORDS)]}/{number % 997}",
    "json-pointer": lambda number: f"/{WORDS[number % len(WORDS)]}",
    "regex": lambda number: f"^{WORDS[number % len(WORDS)]}$",
}
FORMS |= {
    "iri": FORMS["uri"],
    "iri-reference": FORMS["uri-reference"],
    "idn-email": FORMS["email"],
    "idn-hostname": FORMS["hostname"],
    "uri-template": FORMS["uri"],
    "relative-json-pointer": lambda number: f"{number % 9}/{WORDS[number % len(WORDS)]}",
}
