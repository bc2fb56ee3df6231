"""Invented texts: by format, by a property's name, or plain words; each from one number."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

NUMBERS = 1 << 128  # below it lie the numbers that texts are made from
START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = 31_536_000  # seconds: sample instants lie in one year
WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "inlet", "kelp")
FIRST = ("Ada", "Bela", "Chidi", "Dana", "Emil", "Farah", "Goran", "Hana", "Ines", "Jun")
LAST = ("Adler", "Brandt", "Castro", "Diaz", "Eriksen", "Fontaine", "Garcia", "Haddad", "Ito")
TOWNS = ("Aarhus", "Bergen", "Cardiff", "Delft", "Evora", "Ferrara", "Gent", "Haarlem", "Izmir")
LANDS = ("Austria", "Brazil", "Canada", "Denmark", "Estonia", "Finland", "Greece", "Hungary")


def word(number: int, name: str = "") -> str:
    """A word, or what a property of that name holds."""
    told = NAMED.get(name)
    return told(number) if told is not None else WORDS[number % len(WORDS)]


def _one(words: tuple[str, ...], number: int, turn: int = 0) -> str:
    """One of the words; each turn looks at other digits of the number."""
    return words[(number >> (16 * turn)) % len(words)]


def _person(number: int) -> str:
    return f"{_one(FIRST, number)} {_one(LAST, number, 1)}"


def _company(number: int) -> str:
    return f"{_one(LAST, number)} {_one(WORDS, number, 1).title()} Ltd"


# Only these property names are worth an invented person, place or company.
NAMED: dict[str, Callable[[int], str]] = {
    "name": _person,
    "full_name": _person,
    "first_name": lambda number: _one(FIRST, number),
    "last_name": lambda number: _one(LAST, number),
    "email": lambda number: f"{_one(FIRST, number).lower()}{(number >> 16) % 97}@example.com",
    "company": _company,
    "organization_name": _company,
    "city": lambda number: _one(TOWNS, number),
    "country": lambda number: _one(LANDS, number),
    "phone": lambda number: f"+1 555 01{number % 100:02}",
}


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
    "byte": lambda number: b64encode(WORDS[number % len(WORDS)].encode()).decode(),
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


CLASSES = {"d": "0123456789", "w": "abcdefghijklmnopqrstuvwxyz0123456789_", "s": " "}
PRINTABLE = "".join(map(chr, range(32, 127)))
CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
SPARE = 3  # repetitions beyond the least, where there is no upper limit

LONGEST = 200  # repetitions for a text that must be long
UNITS = 5_000  # parts of a pattern that are written for one text

Choose = Callable[[int], int]  # a number below the given one


class Unsupported(ValueError):
    """A construct this writer does not know: the schema needs an example."""


def matching(pattern: str, choose: Choose, least: int = 0) -> str:
    """A text the pattern matches, unless what it looks ahead for forbids it: try again.

    With a least length what may be repeated without end is repeated that often.
    """
    writer = _Writer(pattern, choose, max(SPARE, min(least, LONGEST)))
    text = writer.alternatives()
    if writer.at < len(pattern):
        raise Unsupported(pattern)
    return text


class _Writer:
    """One pass over a pattern; what it reads it writes at once."""

    def __init__(self, pattern: str, choose: Choose, spare: int) -> None:
        self.pattern = pattern
        self.spare = spare
        self.units = UNITS
        self.choose = choose
        self.at = 0

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise Unsupported(self.pattern)
        self.at += 1
        return character

    def alternatives(self) -> str:
        options = [self.sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence())
        return options[self.choose(len(options))]

    def sequence(self) -> str:
        text = ""
        while self.peek() and self.peek() not in "|)":
            start = self.at
            unit = self.unit()
            end = self.at
            least, most = self.quantifier()
            count = least + self.choose(most - least + 1)
            after = self.at
            text += "" if count == 0 else unit
            for _ in range(count - 1):
                self.at = start
                text += self.unit()
                assert self.at == end
            self.at = after
        return text

    def unit(self) -> str:
        self.units -= 1
        if self.units < 0:
            raise Unsupported(self.pattern)
        character = self.take()
        if character in "^$":
            return ""
        if character == "(":
            return self.group()
        if character == "[":
            return self.one_of(self.characters())
        if character == ".":
            return self.one_of(CLASSES["w"])
        if character == "\\":
            return self.escape()
        if character in "*+?{":
            raise Unsupported(self.pattern)
        return character

    def escape(self) -> str:
        if self.peek() in ("b", "B"):
            self.take()
            return ""  # the edge of a word writes nothing
        return self.one_of(self.escaped())

    def one_of(self, characters: str) -> str:
        if not characters:
            raise Unsupported(self.pattern)
        return characters[self.choose(len(characters))]

    def group(self) -> str:
        kind = self.kind()
        text = self.alternatives()
        if self.take() != ")":
            raise Unsupported(self.pattern)
        return text if kind == ":" else ""  # what only looks ahead or behind writes nothing

    def kind(self) -> str:
        if self.peek() != "?":
            return ":"
        for kind in ("?:", "?=", "?!", "?<=", "?<!"):
            if self.pattern.startswith(kind, self.at):
                self.at += len(kind)
                return kind.removeprefix("?")
        raise Unsupported(self.pattern)

    def characters(self) -> str:
        """The members of a class in brackets; of a negated one, the printable others."""
        negated = self.peek() == "^"
        if negated:
            self.take()
        members = ""
        while self.peek() != "]":
            first = self.member()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] != "]":
                self.take()
                last = self.member()
                if len(first) != 1 or len(last) != 1:
                    raise Unsupported(self.pattern)
                members += "".join(map(chr, range(ord(first), ord(last) + 1)))
            else:
                members += first
        self.take()
        return "".join(each for each in PRINTABLE if each not in members) if negated else members

    def member(self) -> str:
        character = self.take()
        return self.escaped() if character == "\\" else character

    def escaped(self) -> str:
        character = self.take()
        if character in CLASSES:
            return CLASSES[character]
        if character in CONTROLS:
            return CONTROLS[character]
        if character.isalnum():
            raise Unsupported(self.pattern)
        return character

    def quantifier(self) -> tuple[int, int]:
        character = self.peek()
        bounds = {"*": (0, self.spare), "+": (1, 1 + self.spare), "?": (0, 1)}.get(character)
        if bounds is not None:
            self.take()
        elif character == "{":
            bounds = self.counted()
        else:
            return 1, 1
        if self.peek() in ("?", "+"):
            self.take()  # lazy or possessive: the same texts
        return bounds

    def counted(self) -> tuple[int, int]:
        end = self.pattern.find("}", self.at)
        least, comma, most = self.pattern[self.at + 1 : end].partition(",")
        if end < 0 or not least.isdecimal() or not (most.isdecimal() or most == ""):
            raise Unsupported(self.pattern)
        self.at = end + 1
        low = int(least)
        return low, int(most) if most else (low + self.spare if comma else low)
