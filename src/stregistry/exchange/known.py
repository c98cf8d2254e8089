"""What an import asks of the registry while it holds the lock: which body a code names, and what is on record.

Everything is asked of the changeset itself, so that nobody writes between looking and stating.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from stregistry import codes
from stregistry.exchange.columns import body_schemes
from stregistry.model import KINDS, Organisation, Role
from stregistry.store.changeset import Changeset
from stregistry.store.identity.named import NamedBody

Known = dict[str, tuple[int, bytes | None]]  # a source's key -> the record, and what was last said of it

ROLE_KINDS: Final = tuple(kind for kind, cls in KINDS.items() if issubclass(cls, Role))
_FEW: Final = 5000  # keys asked for one by one; above, one read of the whole source is cheaper


def keys_of(tx: Changeset, kind: str, source_id: str, wanted: Sequence[str]) -> Known:
    """The keys of a source among those wanted (or more)."""
    return tx.keys(kind, source_id, wanted if len(wanted) <= _FEW else None)


def bodies_of_roles(tx: Changeset, kind: str, ids: Iterable[int]) -> dict[int, int]:
    """The body of each role record."""
    return {
        number: record.organisation
        for number, record in tx.records(kind, ids).items()
        if isinstance(record, Role) and record.organisation is not None
    }


def split_identifier(token: str) -> tuple[str, str] | None:
    """The scheme and normalised value of `mst:…`, `ror:…` or a ROR address; None for anything else.

    >>> split_identifier("mst: 0100112437"), split_identifier("Viện A")
    (('mst', '0100112437'), None)
    """
    if token.lower().startswith("https://ror.org/"):
        return "ror", codes.check("ror", token).normalised
    scheme, colon, value = token.partition(":")
    scheme = scheme.strip().lower()
    if not colon or scheme not in body_schemes():
        return None
    return scheme, codes.check(scheme, value.strip()).normalised


@attrs.frozen(kw_only=True, eq=False)
class Directory:
    """Which body a word in a file means: the file's own rows first, then the source's keys, then identifiers.

    keys, identifiers: what the file's own rows bring, as key to body and (scheme, value) to body.
    """

    tx: Changeset
    source_id: str
    keys: dict[str, int] = attrs.field(factory=dict)
    identifiers: dict[tuple[str, str], int] = attrs.field(factory=dict)

    def look_up(self, tokens: Iterable[str]) -> dict[str, int]:
        """The body of each word that names one; a word that names none is left out."""
        found: dict[str, int] = {}
        plain: list[str] = []
        coded: dict[str, dict[str, list[str]]] = {}
        for token in tokens:
            pair = split_identifier(token)
            if token in self.keys:
                found[token] = self.keys[token]
            elif pair is None:
                plain.append(token)
            elif pair in self.identifiers:
                found[token] = self.identifiers[pair]
            else:
                coded.setdefault(pair[0], {}).setdefault(pair[1], []).append(token)
        for scheme, wanted in coded.items():
            for value, body in self.tx.find_identifiers(scheme, wanted).items():
                found |= dict.fromkeys(wanted[value], body)
        return found | self._by_keys(plain)

    def bearers(self, words: Iterable[str]) -> dict[str, list[NamedBody]]:
        """The bodies that bear the name a word is, where any do; a code is no name.

        A body without an identifier, as offices often are, has the key that this source knows it under for its code.
        """
        found = self.tx.bodies_named(word for word in words if split_identifier(word) is None)
        bare = {body.id for some in found.values() for body in some if body.code is None}
        keys = self.tx.keys_of_records("organisation", self.source_id, bare)
        # The rows of the file itself come first: there the same key may mean another body.
        keys = {number: key for number, key in keys.items() if self.keys.get(key, number) == number}
        return {
            word: [attrs.evolve(body, code=body.code or keys.get(body.id)) for body in some]
            for word, some in found.items()
        }

    def names(self, bodies: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """What each body is called now, by the name that states it first."""
        records = self.tx.records("organisation", bodies)
        return {n: tuple(x.value for x in r.names) for n, r in records.items() if isinstance(r, Organisation)}

    def _by_keys(self, plain: list[str]) -> dict[str, int]:
        known = keys_of(self.tx, "organisation", self.source_id, plain)
        found = {key: body for key, (body, _) in known.items()}
        for kind in ROLE_KINDS:
            rest = [token for token in plain if token not in found]
            known = keys_of(self.tx, kind, self.source_id, rest)
            roles = {key: known[key][0] for key in rest if key in known}
            bodies = bodies_of_roles(self.tx, kind, roles.values())
            found |= {key: bodies[role] for key, role in roles.items() if role in bodies}
        return found
