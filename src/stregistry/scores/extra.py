"""The optional dependency: scipy, of the extra `scoring`."""

import importlib.util

from stregistry.errors import StregistryError
from stregistry.text import Text


def scipy_at_hand() -> None:
    """Raises StregistryError, saying what to install, where scipy is missing."""
    if importlib.util.find_spec("scipy") is None:
        raise StregistryError(
            Text(
                "Phép tính này cần scipy. Cài: pip install 'stregistry[scoring]'.",
                "This needs scipy. Install: pip install 'stregistry[scoring]'.",
            )
        )
