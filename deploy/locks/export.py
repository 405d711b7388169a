"""Resolve the workspace once and write hashed pins per program, with no host name in them.

The resolver's own lock file names registries, so it is not committed; these exports are.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCKS = Path(__file__).parent
UV = Path(sys.executable).with_name("uv")
EXPORTS: dict[str, list[str]] = {
    # `rasad` with everything it runs on one machine, and what builds the packages.
    "embedded": ["--no-default-groups", "--group", "build"],
    # The tools on top; pins of the products are repeated so that one file is enough.
    "dev": ["--group", "dev", "--group", "build"],
}


def main() -> None:
    """Write every export."""
    subprocess.run([str(UV), "lock", "--quiet", "--upgrade"], cwd=ROOT, check=True)
    for name, options in EXPORTS.items():
        command = [str(UV), "export", "--quiet", "--frozen", "--no-emit-workspace", "--no-header"]
        target = LOCKS / f"{name}.txt"
        subprocess.run([*command, *options, "--output-file", str(target)], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
