"""The optional dependencies: scipy, of the extra `scoring`, and altair, of the extra `plots`."""

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


def altair_at_hand() -> None:
    """Raises StregistryError, saying what to install, where altair is missing."""
    if importlib.util.find_spec("altair") is None:
        raise StregistryError(
            Text(
                "Biểu đồ cần altair. Cài: pip install 'stregistry[plots]'.",
                "Plots need altair. Install: pip install 'stregistry[plots]'.",
            )
        )
