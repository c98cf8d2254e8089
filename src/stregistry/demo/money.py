"""Made-up amounts."""

from typing import Final

from stregistry.demo.draws import Draws, Weighted

# Đồng for one unit: rough round numbers, since a demo's two amounts need only be of one size.
_RATES: Final = {"USD": 24_000, "EUR": 26_500, "JPY": 170}
_CURRENCIES: Final = Weighted({"USD": 7, "EUR": 2, "JPY": 1})

Amount = tuple[int, str, int]  # value, currency, value in đồng
NO_AMOUNT: Final = ("", "", "")


def million(amount: float) -> int:
    """An amount in whole millions, at least ten of them."""
    return max(round(amount / 1e6), 10) * 1_000_000


def at_home(vnd: int) -> Amount:
    """An amount agreed in đồng."""
    return vnd, "VND", vnd


def abroad(vnd: int, draws: Draws) -> Amount:
    """An amount agreed in a foreign currency, in round hundreds, with the đồng it was reported as."""
    currency = _CURRENCIES.draw(draws)
    return (vnd // _RATES[currency] // 100 + 1) * 100, currency, vnd
