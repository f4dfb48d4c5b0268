"""The fast tests in other environments than the locked one.

    python scripts/environments.py lowest     the lowest versions that pyproject.toml allows
    python scripts/environments.py newest     the newest ones, as a user gets them today
    python scripts/environments.py pythons    each other supported Python on this machine, locked
    python scripts/environments.py lowest newest pythons

Several are tested side by side, and what each printed is shown when it ends. The newest versions,
with others beside them, may fail: that is said loudly, and does not count.

What pyproject.toml does not name itself has the locked version beside the lowest ones: nobody
promises that anything works with the first release of a dependency's dependency. The tools that
the tests need are always the locked ones.
"""

from __future__ import annotations

import glob
import itertools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FAST = ("-m", "pytest", "tests/unit", "-m", "not cluster and not slow", "-q")
STRICT = {"PYTHONWARNDEFAULTENCODING": "1"}
PINNED = re.compile(r"^([a-z0-9.-]+)==[^\\\n]+", re.MULTILINE)
ONE_AT_A_TIME = threading.Lock()
"""For what writes below the project: building it."""

NEWEST = "the newest versions"
LOUD = "!!!!!! The newest versions that pyproject.toml allows do not work, see above !!!!!!"


@dataclass(frozen=True)
class Environment:
    """A Python, and what finds the versions of the packages that are not the locked ones."""

    title: str
    python: str
    runtime: Callable[[], dict[str, str]]


def main() -> int:
    """Run what the command line asks for; the exit code is that of the tests."""
    asked = sys.argv[1:]
    if not asked or not set(asked) <= {"lowest", "newest", "pythons"}:
        sys.stderr.write(__doc__ or "")
        return 2
    found = [each for name in asked for each in environments(name)]
    processors = os.cpu_count() or 1
    at_once = max(1, min(len(found), 2 * processors))
    with ThreadPoolExecutor(at_once) as pool:
        codes = list(pool.map(outcome, found, itertools.repeat(processors // at_once)))
    failed = {each.title for each, code in zip(found, codes, strict=True) if code}
    if asked != ["newest"] and NEWEST in failed:
        sys.stdout.write(f"\n{LOUD}\n")
        failed.remove(NEWEST)
    return int(bool(failed))


def environments(name: str) -> Iterator[Environment]:
    """Those that a name on the command line stands for."""
    if name == "lowest":
        yield Environment("the lowest versions", sys.executable, lowest)
    elif name == "newest":
        yield Environment(NEWEST, sys.executable, newest)
    else:
        for version, program in pythons():
            yield Environment(f"Python {version}", program, dict)


def lowest() -> dict[str, str]:
    """The lowest direct dependencies, beside locked ones for theirs."""
    others = {name: pin for name, pin in locked().items() if name not in direct()}
    return resolved("--resolution", "lowest-direct", constraints=others.values())


def newest() -> dict[str, str]:
    """The newest of all."""
    return resolved()


def resolved(*options: str, constraints: Iterable[str] = ()) -> dict[str, str]:
    """What uv chooses for the runtime dependencies: names and pins."""
    with tempfile.TemporaryDirectory() as work:
        given = Path(work, "constraints.txt")
        given.write_text("\n".join(constraints), encoding="utf-8")
        common = ("--extra", "sql", "--no-header", "--no-annotate", "--quiet", "-c", str(given))
        return pins(uv("pip", "compile", "pyproject.toml", *common, *options))


def locked() -> dict[str, str]:
    """Names and pins, with their markers, of all that requirements.lock has."""
    return pins((ROOT / "requirements.lock").read_text(encoding="utf-8"))


def tools(runtime: dict[str, str]) -> dict[str, str]:
    """The locked pins of what only the tests need."""
    return {name: pin for name, pin in locked().items() if name not in runtime}


def pins(text: str) -> dict[str, str]:
    """The lines `name==version ; marker` of a requirements file, by name."""
    return {found[1]: found[0].strip() for found in PINNED.finditer(text)}


def direct() -> set[str]:
    """The names in pyproject.toml's own dependencies, as indexes write them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["sql"]]
    return {re.split(r"[\[<>=~!; ]", each)[0] for each in named} | {"psycopg-binary"}


def pythons() -> Iterator[tuple[str, str]]:
    """Versions and programs of the supported Pythons beside this one, each version once."""
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    for minor in supported():
        for program in [shutil.which(f"python{minor}"), *sorted(glob.glob(_pyenv(minor)))]:
            if minor != own and program and _version(program) == minor:
                yield minor, program
                break


def supported() -> list[str]:
    """The Pythons that pyproject.toml's classifiers name."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return re.findall(r"Programming Language :: Python :: (3\.\d+)", text)


def outcome(one: Environment, workers: int) -> int:
    """The exit code of its tests, or of what failed before them: a version that can't be had."""
    try:
        return tested(one, workers)
    except subprocess.CalledProcessError as exc:
        sys.stdout.write(f"\n== {one.title}: FAILED: {exc}\n")
        return exc.returncode


def tested(one: Environment, workers: int) -> int:
    """Run the fast tests in it; says which versions it has and how it ended."""
    runtime = one.runtime()
    versions = " ".join(sorted(runtime.values()))
    with tempfile.TemporaryDirectory() as work:
        program = installed(Path(work), one.python, tools(runtime) | runtime)
        command = [program, *FAST, "-n", str(workers if workers > 1 else 0)]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, **STRICT},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    printed = done.stdout.decode(errors="replace")
    ended = "passed" if done.returncode == 0 else "FAILED"
    head = f"the fast tests with {one.title}\n{versions}".rstrip()
    sys.stdout.write(f"\n== {head}\n{printed}\n== {one.title}: {ended}\n")
    sys.stdout.flush()
    return done.returncode


def installed(work: Path, python: str, chosen: dict[str, str]) -> str:
    """Make an environment with these versions and the project; its Python."""
    (work / "pins.txt").write_text("\n".join(chosen.values()), encoding="utf-8")
    uv("venv", "--quiet", "--no-python-downloads", "--python", python, str(work / "venv"))
    program = str(work / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python")
    into = ("pip", "install", "--quiet", "--python", program)
    wanted = ("-r", "pyproject.toml", "--extra", "sql", "--group", "test", "--group", "build")
    uv(*into, "--constraint", str(work / "pins.txt"), *wanted)
    with ONE_AT_A_TIME:
        uv(*into, "--no-deps", "--no-build-isolation", "--editable", ".")
    return program


def uv(*words: str) -> str:
    """Run uv; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "uv", *words], cwd=ROOT, stdout=subprocess.PIPE, check=True
    )
    return done.stdout.decode()


def _pyenv(minor: str) -> str:
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    return os.path.join(root, "versions", f"{minor}.*", "bin", "python")


def _version(program: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, encoding="utf-8")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
