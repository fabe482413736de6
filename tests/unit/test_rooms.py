"""The rooms keep to themselves: who may import what, read from the source of every module."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MODULES = sorted((*ROOT.glob("zhitou/**/*.py"), *ROOT.glob("actions/**/*.py")))
RASA_ROOMS = ("actions", "zhitou/nlu", "zhitou/channels", "zhitou/conversation")
PURE_ROOMS = ("zhitou/wealth", "zhitou/guard")
INPUT_AND_OUTPUT = {"sqlalchemy", "sanic", "httpx", "aiohttp", "socket", "asyncio", "requests"}


def imported(module: Path) -> set[str]:
    """Every module that the file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def room(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=room)
def test_only_the_rooms_around_rasa_import_rasa(module):
    uses_rasa = any(name.split(".")[0] in {"rasa", "rasa_sdk"} for name in imported(module))
    assert not uses_rasa or room(module).startswith(RASA_ROOMS)


@pytest.mark.parametrize(
    "module", [each for each in MODULES if room(each).startswith(PURE_ROOMS)], ids=room
)
def test_the_pure_rooms_import_no_input_or_output(module):
    roots = {name.split(".")[0] for name in imported(module)}
    assert not roots & INPUT_AND_OUTPUT
    assert not any(name.startswith("zhitou.backends") for name in imported(module))


@pytest.mark.parametrize("module", MODULES, ids=room)
def test_the_first_line_says_what_the_file_is_for(module):
    docstring = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8")))
    assert docstring, f"{room(module)} has no docstring"
    assert len(docstring.splitlines()[0]) > 15


@pytest.mark.parametrize("module", MODULES, ids=room)
def test_a_module_stays_small(module):
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_lock_files_name_no_address():
    for lock in ROOT.glob("requirements*.txt"):
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_python_is_the_one_rasa_runs_on():
    assert sys.version_info[:2] == (3, 10)
