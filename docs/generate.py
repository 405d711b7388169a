"""Write the pages that are derived from code: `python docs/generate.py [--check]`."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from rasad_core import errors, topics
from rasad_core.events import (
    DateMention,
    Entity,
    Event,
    Frozen,
    Highlight,
    Keyphrase,
    Mention,
    Problem,
    Signature,
    Snippet,
    Topic,
)
from rasad_core.fields import FIELDS, TEXT_FIELDS
from rasad_core.runtime.settings import settings_page

DOCS = Path(__file__).parent
PARTS: tuple[type[Frozen], ...] = (
    Entity,
    Mention,
    Topic,
    Keyphrase,
    DateMention,
    Problem,
    Signature,
    Highlight,
    Snippet,
)
NAMES: dict[object, str] = {str: "string", int: "integer", bytes: "base64", Any: "any JSON"}

ENVELOPE = """\
Values are JSON objects `{"schema": "<event>/<version>", …}`; a reader accepts its own version and
the one before, and keeps fields that it does not know.
Every message carries the header `trace_id`."""
OUTCOMES = """\
Each event consumed ends in exactly one of `done`, `dead`, `dropped`, `expired`; `retried` is
counted beside them.
A dead letter keeps the original key, bytes and headers, and adds `dead.stage`, `dead.reason`,
`dead.message`, `dead.topic`, `dead.partition`, `dead.offset`, `dead.at`, `dead.attempts`,
`dead.trace_id`."""


def contracts_page() -> str:
    """Describe topics, events and closed lists from their definitions."""
    parts = [
        "# Contracts between stages",
        "Generated from `rasad_core` by `make docs`; do not edit.",
        ENVELOPE,
        "## Topics",
        _table(("topic", "events", "key", "partitions", "from → to", "what"), _topic_rows()),
        "## Events",
        *(_event_section(event) for event in _events()),
        "### Parts of events",
        *(_part_section(part) for part in PARTS),
        "## Reasons",
        "Why an input or event was refused, dropped or withheld; the list is closed.",
        _table(("reason", "meaning"), _reason_rows()),
        "## Outcomes",
        OUTCOMES,
        "## Search fields",
        f"In the text: {', '.join(f'`{name}:`' for name in TEXT_FIELDS)}. About the article:",
        _table(
            ("field", "kind", "meaning", "facet", "example"),
            (
                (f"`{f.name}:`", f.kind, f.about, "yes" if f.facet else "", f"`{f.example}`")
                for f in FIELDS
            ),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _topic_rows() -> Iterator[tuple[str, ...]]:
    for spec in topics.TOPICS:
        events = ", ".join(f"`{event.schema_name}`" for event in spec.events) or "own format"
        way = f"{', '.join(spec.producers)} → {', '.join(spec.consumers) or 'operators'}"
        compacted = " (compacted)" if spec.compacted else ""
        yield (
            f"`{spec.name}`{compacted}", events, spec.key, str(spec.partitions), way, spec.about,
        )  # fmt: skip


def _events() -> list[type[Event]]:
    return list(dict.fromkeys(event for spec in topics.TOPICS for event in spec.events))


def _event_section(event: type[Event]) -> str:
    return _section(f"### `{event.schema_name}/{event.schema_version}`", event)


def _part_section(part: type[Frozen]) -> str:
    return _section(f"#### {part.__name__}", part)


def _section(title: str, model: type[Frozen]) -> str:
    fields = [
        (f"`{field.encode_name}`", _type_name(field.type), "yes" if field.required else "")
        for field in msgspec.structs.fields(model)
        if field.name != "unknown"
    ]
    return "\n\n".join(
        (title, inspect.getdoc(model) or "", _table(("field", "type", "must"), fields))
    )


def _type_name(annotation: object) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return "time"
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (Union, UnionType):
        return " or ".join(_type_name(each) for each in arguments if each is not NoneType)
    if origin is tuple:
        return f"list of {_type_name(arguments[0])}"
    if origin is not None:
        return f"object of {_type_name(arguments[1])}"
    return NAMES.get(annotation, getattr(annotation, "__name__", ""))


def _reason_rows() -> Iterator[tuple[str, str]]:
    source = inspect.getsource(errors.Reason)
    for value, meaning in re.findall(r'= "([a-z_]+)"  # (.+)', source):
        yield f"`{value}`", meaning


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


PAGES: dict[str, Callable[[], str]] = {
    "contracts.md": contracts_page,
    "settings.md": settings_page,
}


def main() -> int:
    """Write the pages, or with `--check` say which are out of date (exit 1)."""
    check = "--check" in sys.argv
    stale = [n for n, page in PAGES.items() if not _is_current(DOCS / n, page())]
    for name in stale:
        if check:
            sys.stderr.write(f"docs/{name} is out of date: run `make docs`\n")
        else:
            (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
    return 1 if check and stale else 0


def _is_current(path: Path, wanted: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == wanted


if __name__ == "__main__":
    sys.exit(main())
