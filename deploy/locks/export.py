"""Resolve the workspace once and write hashed pins per program, with no host name in them.

The resolver's own lock file names registries, so it is not committed; these exports are.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = Path(__file__).parent
UV = Path(sys.executable).with_name("uv")
SERVICES = ("ingest", "enrich", "stories", "index", "alerts", "deliver", "api")
EXPORTS: dict[str, list[str]] = {
    # `rasad` with everything it runs on one machine, and what builds the packages.
    "embedded": ["--no-default-groups", "--group", "build"],
    # The tools on top; pins of the products are repeated so that one file is enough.
    "dev": ["--group", "dev", "--group", "build"],
    # What builds the packages, for images.
    "build": ["--only-group", "build"],
    # The command line against a cluster.
    "operate": ["--no-default-groups", "--extra", "cluster"],
    # A service of its own, on Kafka and Elasticsearch.
    **{
        name: ["--no-default-groups", "--package", f"rasad-{name}", "--extra", "cluster"]
        for name in SERVICES
    },
}


def main() -> None:
    """Write every export; `--keep` does not look for newer releases."""
    upgrade = [] if "--keep" in sys.argv[1:] else ["--upgrade"]
    subprocess.run([str(UV), "lock", "--quiet", *upgrade], cwd=ROOT, check=True)
    for name, options in EXPORTS.items():
        command = [str(UV), "export", "--quiet", "--frozen", "--no-emit-workspace", "--no-header"]
        target = LOCKS / f"{name}.txt"
        subprocess.run([*command, *options, "--output-file", str(target)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
