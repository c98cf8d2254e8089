"""Cells that name bodies: party columns and references become ids, or stay names with a warning."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import attrs

from stregistry import codes
from stregistry.exchange.childrows import Rows, row_maker
from stregistry.exchange.content import Content, Mentions
from stregistry.exchange.headers import Header
from stregistry.exchange.issues import Problems
from stregistry.exchange.known import Directory
from stregistry.exchange.parse import Values, pieces, split_named_code
from stregistry.places import label as place_label
from stregistry.store.identity.named import NamedBody
from stregistry.store.layout import ChildLayout
from stregistry.text import Text, fold

_TOLD: Final = 3  # bearers of one name that a message lists
_NO_CODE: Final = Text(
    "mst:… (sau khi bổ sung mã số thuế cho tổ chức đó)", "mst:… (once the tax code of that body is recorded)"
)
_Doubt = Callable[[int], None]  # notes, of a row, what is doubtful about a party named in it
_PERSON: Final = ("person", "ca nhan")  # the word before a colon, folded


def person_of(word: str) -> str | None:
    """The individual that `person:…` or `cá nhân: …` names, None for anything else."""
    mark, colon, name = word.partition(":")
    return name.strip() or None if colon and fold(mark) in _PERSON else None


def mentioned(mentions: Iterable[Mentions], rows: Sequence[int]) -> set[str]:
    """Every word that may name a body, in the given rows."""
    words: set[str] = set()
    for one in mentions:
        cells = {one.texts[i] for i in rows}
        for word in {word for cell in cells if cell for word in pieces(cell) if person_of(word) is None}:
            words.update(filter(None, split_named_code(word)))
    return words


def resolve_mentions(content: Content, rows: Sequence[int], directory: Directory, problems: Problems) -> Content:
    """The content with its references as ids and its parties as child rows.

    rows: those still in good standing; the others keep empty references. A reference that names no
    known body is an error; a party stays as it was written, with a warning.
    """
    bodies = find_bodies(content.mentions, rows, directory)
    columns, slots = dict(content.columns), {name: list(lists) for name, lists in content.slots.items()}
    for one in content.mentions:
        target = one.header.column.target or ""
        if one.many:
            child = content.layout.child(target)
            slots.setdefault(target, []).append(_parties(one, child, rows, bodies, problems))
        else:
            columns[target] = resolve_refs(one, rows, bodies, problems)
    return Content(layout=content.layout, columns=columns, slots=slots, said_of=content.said_of)


@attrs.frozen(kw_only=True, eq=False)
class Bodies:
    """What the words of some columns mean. ids: the body of each word that names one.

    bearers: of the other words, the bodies that bear the name; a name alone links to none of them.
    names: of the bodies that a code beside a name means, what they are called.
    """

    ids: dict[str, int]
    bearers: dict[str, list[NamedBody]]
    names: dict[int, tuple[str, ...]]

    def of(self, piece: str) -> int | None:
        """The body of a word, or of a name with a code: the code tells which body it is."""
        word, code = split_named_code(piece)
        return self.ids.get(code) if code in self.ids else self.ids.get(word)

    def tell_doubt(self, i: int, piece: str, header: Header, problems: Problems) -> None:
        """Notes where a name and the code beside it do not agree."""
        word, code = split_named_code(piece)
        body = self.ids.get(code) if code else None
        if body is None:
            return
        if self.ids.get(word, body) != body:
            problems.at(i, "code_of_another", column=header.text, value=word, code=code)
        elif word not in self.ids and fold(word) not in map(fold, called := self.names.get(body, ())) and called:
            problems.at(i, "name_of_code", column=header.text, value=word, code=code, known=called[0])


def find_bodies(mentions: Iterable[Mentions], rows: Sequence[int], directory: Directory) -> Bodies:
    """What every word of the columns in the given rows means."""
    words = mentioned(mentions, rows)
    ids = directory.look_up(words)
    coded = {
        split_named_code(piece)[1] for one in mentions for text in set(one.texts) if text for piece in pieces(text)
    }
    return Bodies(
        ids=ids,
        bearers=directory.bearers(sorted(words - ids.keys())),
        names=directory.names({ids[code] for code in coded if code in ids}),
    )


def _tell_bearers(i: int, code: str, word: str, found: Sequence[NamedBody], header: Header, problems: Problems) -> None:
    """Says who bears a name that was not linked, so that the user can choose and give the code."""
    told = {
        lang: "; ".join(_bearer(body, lang) for body in found[:_TOLD]) + ("; …" if len(found) > _TOLD else "")
        for lang in ("vi", "en")
    }
    example = next((body.code for body in found if body.code), _NO_CODE)
    candidates = Text(told["vi"], told["en"])
    problems.at(i, code, column=header.text, value=word, found=len(found), candidates=candidates, example=example)


def _bearer(body: NamedBody, lang: str) -> str:
    called = body.code or {"vi": f"hồ sơ số {body.id}", "en": f"record {body.id}"}[lang]
    return f"{called} ({place_label(body.place, lang)})" if body.place else called


def resolve_refs(one: Mentions, rows: Sequence[int], bodies: Bodies, problems: Problems) -> Values:
    """The id each cell of a reference column names."""
    found: Values = [None] * len(one.texts)
    for i in rows:
        text = one.texts[i]
        if not text:
            continue
        words = pieces(text)
        if len(words) > 1:
            problems.at(i, "several_refs", column=one.header.text, value=text, found=len(words))
        elif words and (body := bodies.of(words[0])) is not None:
            found[i] = body
            bodies.tell_doubt(i, words[0], one.header, problems)
        elif words and words[0] in bodies.bearers:
            _tell_bearers(i, "ref_by_name", words[0], bodies.bearers[words[0]], one.header, problems)
        else:
            problems.at(i, "unresolved_ref", column=one.header.text, value=text)
    return found


def _is_personal(code: str) -> bool:
    """Whether a code, with or without its scheme, is the number of a person, which is not public."""
    scheme, colon, value = code.rpartition(":")
    return codes.check(scheme.strip().lower() if colon else "mst", value.strip()).personal


def _parties(one: Mentions, child: ChildLayout, rows: Sequence[int], bodies: Bodies, problems: Problems) -> list[Rows]:
    fixed = one.header.column.fixed
    known, named, person = (row_maker(child, vary, **fixed) for vary in ("body", "name", "person"))
    memo: dict[str | None, Rows] = {None: ()}
    doubts: dict[str | None, list[_Doubt]] = {}

    def read(word: str) -> tuple[Any, _Doubt | None]:
        name, code = split_named_code(word)
        if (individual := person_of(word)) is not None:
            return person(individual), None
        if (body := bodies.of(word)) is not None:
            return known(body), (lambda i: bodies.tell_doubt(i, word, one.header, problems)) if code else None
        if code is None and _is_personal(word):
            return person(word), lambda i: problems.at(i, "party_is_person", column=one.header.text)
        if code is not None and _is_personal(code):
            return named(name), lambda i: problems.at(i, "personal_number_left", column=one.header.text, value=name)
        if word in bodies.bearers:
            found = bodies.bearers[word]
            return named(word), lambda i: _tell_bearers(i, "party_by_name", word, found, one.header, problems)
        return named(word), lambda i: problems.at(i, "unresolved_party", column=one.header.text, value=word)

    for cell in set(one.texts):
        if cell is None:
            continue
        read_of = [read(word) for word in dict.fromkeys(pieces(cell))]
        memo[cell] = tuple(made for made, _ in read_of)
        if doubted := [doubt for _, doubt in read_of if doubt is not None]:
            doubts[cell] = doubted
    if doubts:
        for i in rows:
            for doubt in doubts.get(one.texts[i], ()):
                doubt(i)
    return [memo[cell] for cell in one.texts]
