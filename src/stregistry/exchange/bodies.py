"""Which body each row of an organisation or role file is about: one found, one of this file, or a new one."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import attrs

from stregistry.exchange.content import Parsed
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Directory, Known
from stregistry.exchange.parse import Values
from stregistry.store.changeset import Changeset

Standing = Literal["new", "own", "linked"]  # linked: somebody else's body, named here but not ours to overwrite


@attrs.frozen(kw_only=True, eq=False)
class Bodies:
    """The body of each row, by row index; rows in bad standing have none.

    first: the first row of the file about each body; it is the one that states it.
    """

    ids: dict[int, int]
    standing: dict[int, Standing]
    first: dict[int, int]


@attrs.define(kw_only=True, eq=False)
class BodySettler:
    """Finds the body of one row after another.

    known: the source's own keys. directory: grows with every row, so that a later row finds an earlier one's body.
    explicit: for a role file, the body named in its `organisation` column.
    """

    tx: Changeset
    parsed: Parsed
    keys: Values
    known: Known
    directory: Directory
    explicit: Values | None
    problems: Problems

    def settle(self, rows: Sequence[int]) -> Bodies:
        """The body of each row. Codes that point to different bodies are a problem of the row."""
        held = self._held(rows)
        own = {body for body, said in self.known.values() if said is not None}
        found = Bodies(ids={}, standing={}, first={})
        for i in rows:
            key = self.keys[i]
            codes = [(s, values[i]) for s, values in self.parsed.identifiers.items() if values[i] is not None]
            claims = self._claims(i, key, codes, held)
            if len(set(claims.values())) > 1:
                shown = ", ".join(f"{what} → {body}" for what, body in claims.items())
                self.problems.at(i, "identity_conflict", value=key, claims=shown)
                continue
            body = next(iter(claims.values()), None)
            standing: Standing = "linked"
            if body is None:
                body, standing = self.tx.new_ids(1)[0], "new"
                own.add(body)
            elif body in own:
                standing = "own"
            earlier = found.first.setdefault(body, i)
            if self.parsed.body is None and self.keys[earlier] != key:
                self._doubled(earlier, i, claims)
                continue
            found.ids[i], found.standing[i] = body, standing
            self.directory.keys[key] = body
            self.directory.identifiers.update(dict.fromkeys(codes, body))
        return found

    def _held(self, rows: Sequence[int]) -> dict[tuple[str, str], int]:
        """The bodies on record that hold an identifier of the file."""
        held: dict[tuple[str, str], int] = {}
        for scheme, values in self.parsed.identifiers.items():
            wanted = {values[i] for i in rows} - {None}
            if wanted:
                held |= {(scheme, v): body for v, body in self.tx.find_identifiers(scheme, wanted).items()}
        return held

    def _claims(
        self, i: int, key: str, codes: Sequence[tuple[str, str]], held: Mapping[tuple[str, str], int]
    ) -> dict[str, int]:
        """What each code of the row says its body is."""
        claims: dict[str, int] = {}
        if self.explicit is not None and self.explicit[i] is not None:
            claims["organisation"] = self.explicit[i]
        if key in self.known:
            claims[f"id {key}"] = self.known[key][0]
        elif key in self.directory.keys:
            claims[f"id {key}"] = self.directory.keys[key]
        for pair in codes:
            body = held.get(pair, self.directory.identifiers.get(pair))
            if body is not None:
                claims[f"{pair[0]} {pair[1]}"] = body
        return claims

    def _doubled(self, first: int, second: int, claims: Mapping[str, int]) -> None:
        shown = ", ".join(claims)
        lines: dict[str, Any] = {"first": self.problems.row_number(first), "second": self.problems.row_number(second)}
        for row in (first, second):
            self.problems.at(row, "doubled_body", value=self.keys[row], claims=shown, **lines)
