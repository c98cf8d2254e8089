"""What `import stregistry` gives: the names of the public API, documented, without loading what is heavy."""

import importlib
import inspect
import subprocess
import sys

import pytest

import stregistry


@pytest.mark.parametrize("name", [n for n in stregistry.__all__ if n != "__version__"])
def test_a_public_name_is_there_and_documented(name: str) -> None:
    """Every name of __all__ can be imported and has a docstring of its own, as have its public methods."""
    thing = getattr(stregistry, name)
    assert thing.__name__ == name
    assert thing.__doc__
    for word, member in vars(thing).items():
        if not word.startswith("_") and (inspect.isfunction(member) or isinstance(member, (property, classmethod))):
            assert inspect.getdoc(member), f"{name}.{word} has no docstring"


def test_all_is_complete_and_sorted() -> None:
    """`from stregistry import *` brings the contract's names, the entities and the errors."""
    from stregistry.model import KINDS

    space: dict[str, object] = {}
    exec("from stregistry import *", space)  # noqa: S102
    assert set(stregistry.__all__) <= set(space)
    assert len(set(stregistry.__all__)) == len(stregistry.__all__)
    assert {cls.__name__ for cls in KINDS.values()} <= set(stregistry.__all__)
    errors = importlib.import_module("stregistry.errors")
    raised = {n for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, stregistry.StregistryError)}
    assert raised <= set(stregistry.__all__)
    assert {"Registry", "Framework", "Snapshot"} <= set(stregistry.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="no attribute 'Registri'"):
        stregistry.Registri  # noqa: B018


@pytest.mark.parametrize(
    "code",
    [
        "import stregistry",
        "import stregistry; stregistry.Deal, stregistry.Period, stregistry.RecordError",
        "import stregistry.cli",
    ],
)
def test_importing_is_light(code: str) -> None:
    """Neither the package, the entities nor the command line load pandas or SQLAlchemy."""
    check = f"{code}\nimport sys; sys.exit(bool({{'pandas', 'numpy', 'sqlalchemy'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
