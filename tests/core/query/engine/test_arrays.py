"""What stays of the compiled machine on disk."""

from pathlib import Path

from rasad_core.query.engine.arrays import name_of_sources
from rasad_core.query.engine.kernel import match


def test_machine_code_is_kept_by_the_name_of_all_sources_that_it_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text("one")
    (tmp_path / "spots.py").write_text("two")
    before = name_of_sources(tmp_path)
    (tmp_path / "spots.py").write_text("three")

    assert name_of_sources(tmp_path) != before
    assert match.__qualname__.endswith(name_of_sources(Path(match.__code__.co_filename).parent))
