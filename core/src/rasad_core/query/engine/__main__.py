"""Make the matching engine's machine code, so that no first article waits for it.

`python -m rasad_core.query.engine`: half a minute on a slow machine, once; it is kept beside the
source or in `NUMBA_CACHE_DIR`.
"""

from rasad_core.query.engine.matching import engine


def main() -> None:
    """Make an engine, which has all of it loaded or made."""
    engine("compiled")


if __name__ == "__main__":
    main()
