"""The API as a program of its own, on Kafka and Elasticsearch: `python -m rasad_api`."""

import os
import sys
import threading

import structlog

from rasad_api.app import create_app
from rasad_api.ports import Ports
from rasad_api.readiness import LOG
from rasad_api.serving import serve
from rasad_api.sockets import address_of, listening
from rasad_api.wiring import wired
from rasad_core.adapters import cluster
from rasad_core.kinds import KEYS
from rasad_core.runtime.program import run_program
from rasad_core.runtime.readiness import Dependency
from rasad_core.runtime.setting import WrongSetting
from rasad_core.runtime.settings import Settings
from rasad_core.topics import DEFINITIONS

# Requests under way at the end; CONTRACT 3 allows 25 s for all of it.
_GRACE_SECONDS = 8
_REMEDY = "name another with RASAD_API_HOST and RASAD_API_PORT"


def main() -> int:
    """Serve until asked to stop; gives the exit status."""
    return run_program("api", _run)


def _run(settings: Settings, stop: threading.Event) -> None:
    if settings.api_admin_key is None:
        raise WrongSetting("set RASAD_API_ADMIN_KEY: in a cluster the API needs a first key")
    with (
        listening(settings.api_host, settings.api_port, remedy=_REMEDY) as opened,
        cluster.opened(settings) as opened_cluster,
    ):
        structlog.get_logger().info("serves", address=address_of(opened))
        app = create_app(_ports(opened_cluster, stop))
        if not serve(app, opened, stop, grace_seconds=_GRACE_SECONDS):
            os._exit(0)  # threads that wait for what is away would hold up the end


def _ports(opened: cluster.Cluster, stop: threading.Event) -> Ports:
    return wired(
        opened.settings,
        index=opened.index,
        store=opened.store,
        log=opened.log,
        clock=opened.clock,
        loopback=False,
        stopping=stop,
        dependencies=(
            Dependency(name="elasticsearch", check=lambda: opened.store.get(KEYS, "-")),
            # Search and every other read go on without it.
            Dependency(name=LOG, check=lambda: opened.log.end_of(DEFINITIONS), needed=False),
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
