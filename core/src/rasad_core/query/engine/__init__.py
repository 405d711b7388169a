"""Which of many queries match an article, in machine code where numba is installed."""

from rasad_core.query.engine.matching import Counters, Engine, engine

__all__ = ["Counters", "Engine", "engine"]
