"""From method and raw path to the operation: a walk over segments, literals before parameters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from msgspec.structs import replace

from understudy.errors import ContractError
from understudy.openapi.operation import Contract, Operation
from understudy.openapi.path_tree import Branch, Node, Target, below, reached
from understudy.openapi.percent_encoding import percent_decode
from understudy.openapi.servers import Base
from understudy.openapi.templates import PARAMETER, as_sent, asked_of, names_of, parse_segment

COMPARED = 200  # characters of a path that hints look at: the comparison is quadratic
CANDIDATES = 500  # operations that hints look at
ALIKE = 0.75  # how alike a path must be to be suggested
WORSE = 0.1  # how much less alike than the best one
SUGGESTED = 3
BRANCHES = 1_000  # that a contract remembers
LONGEST = 400  # characters of a path whose branch is remembered


class Router:
    """Every path of a contract as a tree of segments; `bases` may stand before any of them."""

    def __init__(self, file: str = "", bases: Sequence[Base] = ()) -> None:
        self.root = Node()
        self._branches: dict[str, Branch] = {}  # of the last paths
        self._bases = bases
        self.file = file

    def add(self, path: str, operation: Operation) -> None:
        """Let a path lead to an operation; a mixture or a second of its shape is a mistake."""
        for segment in path.split("/"):
            if "{" in segment or "}" in segment:
                if parse_segment(segment) is None:
                    continue
                what = f"{segment!r} mixes text and parameter"
                raise self._error(operation, what, "Give it a whole segment")
        taken = self._put(path, operation, [each.name for each in operation.path_parameters])
        if taken is not None:
            what = f"{path} leads to {taken.operation.id} already"
            raise self._error(operation, what, "Remove one of them")

    def serve(self, path: str, operation: Operation, tell: Callable[[ContractError], None]) -> None:
        """Let a path of a user's document lead to an operation; what is unusual is told."""
        names = names_of(operation.path)
        sent = as_sent(path)
        taken = self._put(path, operation, names)
        if sent != path:
            asked = asked_of(path)
            taken = self._put(sent or "/", operation, names, asked=asked)
        if taken is not None and taken.operation is not operation:
            tell(
                self._error(
                    operation,
                    f"{path} has the shape of {taken.operation.id} ({taken.operation.path})",
                    "The one whose path parameters fit a call best is meant, else the first",
                )
            )

    def offer_head(self) -> None:
        """HEAD wherever there is GET."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            waiting.extend(below(node))
            if "GET" in node.targets:
                node.targets.setdefault("HEAD", node.targets["GET"])

    def below(self, before: str) -> Branch:
        """The paths that begin with that raw path, and have one segment more."""
        branch = self._branches.get(before)
        if branch is None:
            raw = before.split("/")
            texts = decoded(raw) if "%" in before else raw
            branch = Branch(tuple(self._reached(raw, texts)))
            if len(before) <= LONGEST:
                if len(self._branches) >= BRANCHES:
                    self._branches.clear()
                self._branches[before] = branch
        return branch

    def _reached(
        self, raw: list[str], texts: Sequence[str | None]
    ) -> Iterator[tuple[Node, tuple[str, ...]]]:
        """The nodes below each base path, the plain paths before bases that take any text."""
        late = []
        for base in self._bases:
            rest = base.strip(texts)
            if rest is None:
                continue
            found = reached(self.root, ["", *raw[rest:]], ["", *texts[rest:]])
            if base.open:
                late.append(found)
            else:
                yield from found
        yield from reached(self.root, raw, texts)
        for each in late:
            yield from each

    def _put(
        self, path: str, operation: Operation, wanted: Sequence[str], asked: Sequence[str] = ()
    ) -> Target | None:
        """Adds the path; the target of the same shape that was there before, if any."""
        node = self.root
        for segment in path.split("/"):
            node = node.step(segment)
        names = PARAMETER.findall(path)
        order = tuple(names.index(name) if name in names else None for name in wanted)
        target = Target(operation, order, [*names] == [*wanted], asked)
        taken = node.targets.get(operation.method)
        if taken is None:
            node.targets[operation.method] = target
        else:
            node.targets[operation.method] = replace(taken, rivals=(*taken.rivals, target))
        return taken

    def _error(self, operation: Operation, what: str, fix: str) -> ContractError:
        return ContractError(what, where=f"{self.file}#/paths ({operation.id})", fix=fix)


def nearest(contract: Contract, method: str, path: str) -> list[str]:
    """The operations somebody may have meant, the likeliest first, as `METHOD /template`."""
    asked = [path[:COMPARED]]
    if not path.startswith(contract.base_path):
        asked.append(f"{contract.base_path}{path}"[:COMPARED])
    operations = _candidates(contract, asked)
    scored = [
        (-max(_likeness(each, operation.path) for each in asked), operation.method != method, index)
        for index, operation in enumerate(operations)
    ]
    if not scored:
        return []
    scored.sort()
    worst = min(-ALIKE, scored[0][0] + WORSE)
    close = [operations[index] for score, _, index in scored[:SUGGESTED] if score <= worst]
    return [f"{operation.method} {operation.path}" for operation in close]


def _candidates(contract: Contract, asked: Sequence[str]) -> list[Operation]:
    """All operations; of very many those that share a segment with the path, as many as bound."""
    every = contract.operations
    if len(every) <= CANDIDATES:
        return [*every.values()]
    words = {word for path in asked for word in path.split("/") if word}
    sharing = (each for each in every.values() if not words.isdisjoint(each.path.split("/")))
    return [*islice(sharing, CANDIDATES)]


def _likeness(asked: str, template: str) -> float:
    """How alike a path and a template are, the template filled in with what was asked."""
    from difflib import SequenceMatcher  # only a refusal wants it

    given, wanted = asked.split("/"), template.split("/")
    filled = [
        theirs if theirs and PARAMETER.fullmatch(ours) else ours
        for ours, theirs in zip(wanted, given, strict=False)
    ]
    return SequenceMatcher(None, "/".join([*filled, *wanted[len(given) :]]), asked).ratio()


def decoded(raw: Sequence[str]) -> list[str | None]:
    """Each segment percent-decoded once; None: no UTF-8, so no literal can be meant."""
    return [percent_decode(segment) for segment in raw]
