"""Images for where no registry is reached: the same programs, from packages that are reached.

Debian by debootstrap for the image of Python; Kafka and Elasticsearch by their Maven artifacts, as
the tests' servers are. compose.yaml starts them as it starts the official ones.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from command import CheckFailed, said, timed
from engine import Engine
from fetch import ELASTICSEARCH, KAFKA, elasticsearch_home, kafka_jars
from java import OLDEST, find_java

SERVERS = Path(__file__).parents[1] / "servers"
_RELEASE = "bookworm"
_PYTHON = f"rasad-check/python:{_RELEASE}"
_JAVA = "rasad-check/java:local"
_AUTHORITIES = "etc/ssl/certs/ca-certificates.crt"
# What Python, pip and Node are told, so that they trust what this machine trusts.
_TRUST = " ".join(
    f"{name}=/{_AUTHORITIES}" for name in ("SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS")
)
_JAVA_FILE = f"""\
FROM {_PYTHON}
COPY jdk /opt/java
ENV JAVA_HOME=/opt/java ES_JAVA_HOME=/opt/java PATH=/opt/java/bin:$PATH
"""
_KAFKA_FILE = f"""\
FROM {_JAVA}
COPY jars /opt/kafka/libs
COPY bin /opt/kafka/bin
RUN mkdir -p /var/lib/kafka/data && chown 1000:1000 /var/lib/kafka/data
USER 1000
"""
_ELASTICSEARCH_FILE = f"""\
FROM {_JAVA}
COPY --chown=1000:0 home /usr/share/elasticsearch
RUN mkdir -p /usr/share/elasticsearch/data && chown 1000:0 /usr/share/elasticsearch/data
WORKDIR /usr/share/elasticsearch
USER 1000:0
"""
# The scripts of the distribution that compose.yaml calls, without what it does not use of them.
_KAFKA_SCRIPT = """\
#!/bin/sh
exec java ${KAFKA_HEAP_OPTS:-} ${KAFKA_LOG4J_OPTS:-} -cp '/opt/kafka/libs/*' CLASS "$@"
"""
_KAFKA_SCRIPTS = {
    "kafka-storage.sh": "kafka.tools.StorageTool",
    "kafka-server-start.sh": "kafka.Kafka",
}


def stand_ins(engine: Engine, cache: Path) -> Mapping[str, str]:
    """Make those that are missing; gives the variables of compose.yaml that name them."""
    names = {
        "PYTHON_IMAGE": _PYTHON,
        "KAFKA_IMAGE": f"rasad-check/kafka:{KAFKA}",
        "ELASTICSEARCH_IMAGE": f"rasad-check/elasticsearch:{ELASTICSEARCH}",
    }
    if not engine.has(_PYTHON):
        with timed("made an image of Debian with Python"):
            _make_python(engine, cache)
    if not engine.has(_JAVA):
        with timed("made an image of Java"):
            _make_java(engine)
    if not engine.has(names["KAFKA_IMAGE"]):
        with timed("made an image of Kafka"):
            _make_kafka(engine, names["KAFKA_IMAGE"])
    if not engine.has(names["ELASTICSEARCH_IMAGE"]):
        with timed("made an image of Elasticsearch"):
            home = {"home": elasticsearch_home(SERVERS / ".cache")}
            _build(engine, names["ELASTICSEARCH_IMAGE"], _ELASTICSEARCH_FILE, home)
    return names


def _make_python(engine: Engine, cache: Path) -> None:
    root = cache / "root"
    shutil.rmtree(root, ignore_errors=True)
    packages = "python3,python3-venv,ca-certificates"
    said("debootstrap", "--variant=minbase", f"--include={packages}", _RELEASE, str(root))
    shutil.copyfile(f"/{_AUTHORITIES}", root / _AUTHORITIES)
    packed = subprocess.Popen(["tar", "-C", str(root), "-c", "."], stdout=subprocess.PIPE)  # noqa: S607  as every program here
    assert packed.stdout is not None
    subprocess.run(
        ["docker", "import", "--change", f"ENV {_TRUST}", "-", _PYTHON],  # noqa: S607
        env={**os.environ, **engine.environ},
        stdin=packed.stdout,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    if packed.wait():
        raise CheckFailed("tar could not read what debootstrap made")
    shutil.rmtree(root)


def _make_java(engine: Engine) -> None:
    java = find_java(os.environ)
    if java is None:
        raise CheckFailed(f"there is no JDK of {OLDEST} or newer to make servers with")
    _build(engine, _JAVA, _JAVA_FILE, {"jdk": java})


def _make_kafka(engine: Engine, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for script, main in _KAFKA_SCRIPTS.items():
            path = Path(folder) / script
            path.write_text(_KAFKA_SCRIPT.replace("CLASS", main))
            path.chmod(0o755)
        Path(folder).chmod(0o755)
        jars = kafka_jars(SERVERS / ".cache")
        _build(engine, name, _KAFKA_FILE, {"jars": jars, "bin": Path(folder)})


def _build(engine: Engine, name: str, dockerfile: str, folders: Mapping[str, Path]) -> None:
    with tempfile.TemporaryDirectory() as context:
        (Path(context) / "Dockerfile").write_text(dockerfile)
        for folder, source in folders.items():
            said("cp", "--archive", f"{source.resolve()}/.", str(Path(context) / folder))
        engine.docker("build", "--tag", name, context)
