"""The program of docs/matching.md, executed."""

import contextlib
import io
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "matching.md"


def test_page_prints_what_it_says() -> None:
    program = "\n".join(
        re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    )
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(compile(program, PAGE.name, "exec"), {})

    said = re.findall(r"# → (.*)", program)
    assert len(said) > 6
    assert printed.getvalue().splitlines() == said
