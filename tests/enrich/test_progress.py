"""Whether enrich moves, as a watch sees it."""

from rasad_enrich.progress import Progress


def watch() -> Progress:
    return Progress(0.0, stands_seconds=10.0, dead_seconds=30.0)


def test_who_has_work_and_does_none_stands_and_then_is_dead() -> None:
    progress = watch()

    found = [progress.look(at, done=0, waiting=5, excused=False) for at in (5.0, 10.0, 29.0, 30.0)]

    assert found == ["moves", "stands", "stands", "dead"]


def test_who_does_some_moves() -> None:
    progress = watch()

    found = [progress.look(at, done=int(at), waiting=5, excused=False) for at in (9.0, 18.0, 27.0)]

    assert found == ["moves"] * 3


def test_who_has_nothing_to_do_moves() -> None:
    progress = watch()
    progress.look(100.0, done=0, waiting=0, excused=False)

    assert progress.look(109.0, done=0, waiting=5, excused=False) == "moves"


def test_who_may_not_take_anything_or_whose_kafka_is_away_is_excused() -> None:
    progress = watch()
    progress.look(100.0, done=0, waiting=5, excused=True)

    assert progress.look(109.0, done=0, waiting=5, excused=False) == "moves"


def test_who_moves_again_no_longer_stands() -> None:
    progress = watch()
    progress.look(20.0, done=0, waiting=5, excused=False)

    assert progress.look(21.0, done=1, waiting=5, excused=False) == "moves"
