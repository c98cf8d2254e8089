"""What the constructors of the records take. Written by `make schemas` from `model.py`; edit that."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import ClassVar, Final

import attrs

from stregistry.dates import PartialDate
from stregistry.fields import Money
from stregistry.text import Text

@attrs.frozen(kw_only=True)
class About:
    kind: str
    label: Text
    state: bool
    on: str
    span: tuple[str, tuple[str, ...]]
    place: str
    source: str

@attrs.frozen(kw_only=True)
class Record:
    about: ClassVar[About]
    id: int | None

@attrs.frozen(kw_only=True, init=False)
class Name:
    value: str
    lang: str | None
    kind: str | None
    def __init__(
        self,
        *,
        value: str,
        lang: str | None = ...,
        kind: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Identifier:
    scheme: str
    value: str
    issuer: str | None
    since: PartialDate | None
    until: PartialDate | None
    modified_on: PartialDate | None
    def __init__(
        self,
        *,
        scheme: str,
        value: str,
        issuer: str | None = ...,
        since: PartialDate | dt.date | str | None = ...,
        until: PartialDate | dt.date | str | None = ...,
        modified_on: PartialDate | dt.date | str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Relation:
    kind: str
    body: int | None
    identifier: str | None
    name: str | None
    def __init__(
        self,
        *,
        kind: str,
        body: int | None = ...,
        identifier: str | None = ...,
        name: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Party:
    role: str
    body: int | None
    name: str | None
    person: str | None
    country: str | None
    def __init__(
        self,
        *,
        role: str,
        body: int | None = ...,
        name: str | None = ...,
        person: str | None = ...,
        country: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Evidence:
    name: str
    sha256: str | None
    address: str | None
    def __init__(
        self,
        *,
        name: str,
        sha256: str | None = ...,
        address: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Certificate:
    number: str | None
    issuer: str | None
    applied_on: PartialDate | None
    issued_on: PartialDate | None
    expires_on: PartialDate | None
    ended_on: PartialDate | None
    ended_by: str | None
    notified_on: PartialDate | None
    def __init__(
        self,
        *,
        number: str | None = ...,
        issuer: str | None = ...,
        applied_on: PartialDate | dt.date | str | None = ...,
        issued_on: PartialDate | dt.date | str | None = ...,
        expires_on: PartialDate | dt.date | str | None = ...,
        ended_on: PartialDate | dt.date | str | None = ...,
        ended_by: str | None = ...,
        notified_on: PartialDate | dt.date | str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Organisation(Record):
    about: ClassVar[About]
    names: tuple[Name, ...]
    identifiers: tuple[Identifier, ...]
    kind: str | None
    status: str | None
    place: str | None
    address: str | None
    country: str | None
    legal_form: str | None
    ownership: str | None
    industry: str | None
    industry_version: str | None
    ror_types: tuple[str, ...]
    founded_on: PartialDate | None
    dissolved_on: PartialDate | None
    parent: int | None
    website: str | None
    contact_name: str | None
    email: str | None
    phone: str | None
    relations: tuple[Relation, ...]
    evidence: tuple[Evidence, ...]
    @property
    def name(self) -> str: ...
    def __init__(
        self,
        *,
        id: int | None = ...,
        names: Iterable[Name] = ...,
        identifiers: Iterable[Identifier] = ...,
        kind: str | None = ...,
        status: str | None = ...,
        place: str | None = ...,
        address: str | None = ...,
        country: str | None = ...,
        legal_form: str | None = ...,
        ownership: str | None = ...,
        industry: str | None = ...,
        industry_version: str | None = ...,
        ror_types: str | Iterable[str] | None = ...,
        founded_on: PartialDate | dt.date | str | None = ...,
        dissolved_on: PartialDate | dt.date | str | None = ...,
        parent: int | None = ...,
        website: str | None = ...,
        contact_name: str | None = ...,
        email: str | None = ...,
        phone: str | None = ...,
        relations: Iterable[Relation] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True)
class Role(Record):
    organisation: int | None
    certificate: Certificate | None
    evidence: tuple[Evidence, ...]

@attrs.frozen(kw_only=True, init=False)
class Startup(Role):
    about: ClassVar[About]
    basis: str | None
    stage: str | None
    field: str | None
    product: str | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        certificate: Certificate | None = ...,
        evidence: Iterable[Evidence] = ...,
        basis: str | None = ...,
        stage: str | None = ...,
        field: str | None = ...,
        product: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class STOrganisation(Role):
    about: ClassVar[About]
    form: str | None
    function: str | None
    ownership: str | None
    founding_authority: str | None
    field: str | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        certificate: Certificate | None = ...,
        evidence: Iterable[Evidence] = ...,
        form: str | None = ...,
        function: str | None = ...,
        ownership: str | None = ...,
        founding_authority: str | None = ...,
        field: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class STEnterprise(Role):
    about: ClassVar[About]
    product: str | None
    field: str | None
    rechecked_on: PartialDate | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        certificate: Certificate | None = ...,
        evidence: Iterable[Evidence] = ...,
        product: str | None = ...,
        field: str | None = ...,
        rechecked_on: PartialDate | dt.date | str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class SupportOrganisation(Role):
    about: ClassVar[About]
    kind: str | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        certificate: Certificate | None = ...,
        evidence: Iterable[Evidence] = ...,
        kind: str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Deal(Record):
    about: ClassVar[About]
    title: str | None
    contract_number: str | None
    direction: str | None
    status: str | None
    channel: str | None
    form: str | None
    object: tuple[str, ...]
    right: tuple[str, ...]
    payment: tuple[str, ...]
    field: str | None
    signed_on: PartialDate | None
    registered_on: PartialDate | None
    registration_number: str | None
    ended_on: PartialDate | None
    value: Money | None
    value_vnd: int | None
    state_funded: bool | None
    parties: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        title: str | None = ...,
        contract_number: str | None = ...,
        direction: str | None = ...,
        status: str | None = ...,
        channel: str | None = ...,
        form: str | None = ...,
        object: str | Iterable[str] | None = ...,
        right: str | Iterable[str] | None = ...,
        payment: str | Iterable[str] | None = ...,
        field: str | None = ...,
        signed_on: PartialDate | dt.date | str | None = ...,
        registered_on: PartialDate | dt.date | str | None = ...,
        registration_number: str | None = ...,
        ended_on: PartialDate | dt.date | str | None = ...,
        value: Money | None = ...,
        value_vnd: int | None = ...,
        state_funded: bool | None = ...,
        parties: Iterable[Party] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Partnership(Record):
    about: ClassVar[About]
    title: str | None
    kind: str | None
    status: str | None
    field: str | None
    partner_countries: tuple[str, ...]
    signed_on: PartialDate | None
    starts_on: PartialDate | None
    ends_on: PartialDate | None
    ended_on: PartialDate | None
    value: Money | None
    value_vnd: int | None
    disbursed_vnd: int | None
    parties: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        title: str | None = ...,
        kind: str | None = ...,
        status: str | None = ...,
        field: str | None = ...,
        partner_countries: str | Iterable[str] | None = ...,
        signed_on: PartialDate | dt.date | str | None = ...,
        starts_on: PartialDate | dt.date | str | None = ...,
        ends_on: PartialDate | dt.date | str | None = ...,
        ended_on: PartialDate | dt.date | str | None = ...,
        value: Money | None = ...,
        value_vnd: int | None = ...,
        disbursed_vnd: int | None = ...,
        parties: Iterable[Party] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class FundingRound(Record):
    about: ClassVar[About]
    stage: str | None
    announced_on: PartialDate | None
    closed_on: PartialDate | None
    value: Money | None
    value_vnd: int | None
    parties: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        stage: str | None = ...,
        announced_on: PartialDate | dt.date | str | None = ...,
        closed_on: PartialDate | dt.date | str | None = ...,
        value: Money | None = ...,
        value_vnd: int | None = ...,
        parties: Iterable[Party] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Asset(Record):
    about: ClassVar[About]
    organisation: int | None
    kind: str | None
    title: str | None
    number: str | None
    issuer: str | None
    field: str | None
    applied_on: PartialDate | None
    granted_on: PartialDate | None
    expires_on: PartialDate | None
    ended_on: PartialDate | None
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int | None = ...,
        kind: str | None = ...,
        title: str | None = ...,
        number: str | None = ...,
        issuer: str | None = ...,
        field: str | None = ...,
        applied_on: PartialDate | dt.date | str | None = ...,
        granted_on: PartialDate | dt.date | str | None = ...,
        expires_on: PartialDate | dt.date | str | None = ...,
        ended_on: PartialDate | dt.date | str | None = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Observation(Record):
    about: ClassVar[About]
    series: str | None
    place: str | None
    map: str | None
    period: str | None
    value: Decimal | None
    unit: str | None
    basis: str | None
    source: str | None
    published_on: PartialDate | None
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        series: str,
        place: str | None = ...,
        map: str | None = ...,
        period: str,
        value: Decimal | int | float | str,
        unit: str | None = ...,
        basis: str | None = ...,
        source: str | None = ...,
        published_on: PartialDate | dt.date | str | None = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Task(Record):
    about: ClassVar[About]
    title: str | None
    task_group: str | None
    assigned_by: int | None
    responsible: int | None
    decision: str | None
    assigned_on: PartialDate | None
    due_on: PartialDate | None
    recurrence: str | None
    recurs_until: PartialDate | None
    form: str | None
    started_on: PartialDate | None
    done_on: PartialDate | None
    cancelled_on: PartialDate | None
    status: str | None
    indicators: tuple[str, ...]
    parties: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        title: str,
        task_group: str | None = ...,
        assigned_by: int | None = ...,
        responsible: int | None = ...,
        decision: str | None = ...,
        assigned_on: PartialDate | dt.date | str | None = ...,
        due_on: PartialDate | dt.date | str | None = ...,
        recurrence: str | None = ...,
        recurs_until: PartialDate | dt.date | str | None = ...,
        form: str | None = ...,
        started_on: PartialDate | dt.date | str | None = ...,
        done_on: PartialDate | dt.date | str | None = ...,
        cancelled_on: PartialDate | dt.date | str | None = ...,
        status: str | None = ...,
        indicators: str | Iterable[str] | None = ...,
        parties: Iterable[Party] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Submission(Record):
    about: ClassVar[About]
    organisation: int | None
    form: str | None
    period: str | None
    received_on: PartialDate | None
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        form: str | None = ...,
        period: str | None = ...,
        received_on: PartialDate | dt.date | str | None = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Declaration(Record):
    about: ClassVar[About]
    organisation: int | None
    item: str | None
    period: str | None
    value: Decimal | None
    source: str | None
    declared_on: PartialDate | None
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        item: str,
        period: str | None = ...,
        value: Decimal | int | float | str,
        source: str | None = ...,
        declared_on: PartialDate | dt.date | str | None = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Succession(Record):
    about: ClassVar[About]
    event: str | None
    happened_on: PartialDate | None
    decision: str | None
    note: str | None
    parties: tuple[Party, ...]
    evidence: tuple[Evidence, ...]
    def __init__(
        self,
        *,
        id: int | None = ...,
        event: str,
        happened_on: PartialDate | dt.date | str | None = ...,
        decision: str | None = ...,
        note: str | None = ...,
        parties: Iterable[Party] = ...,
        evidence: Iterable[Evidence] = ...,
    ) -> None: ...

KINDS: Final[dict[str, type[Record]]]

@attrs.frozen(kw_only=True, init=False)
class Decision(Record):
    about: ClassVar[About]
    one: int | None
    two: int | None
    verdict: str | None
    decided_by: str | None
    why: str | None
    decided_on: PartialDate | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        one: int,
        two: int,
        verdict: str,
        decided_by: str | None = ...,
        why: str | None = ...,
        decided_on: PartialDate | dt.date | str | None = ...,
    ) -> None: ...

@attrs.frozen(kw_only=True, init=False)
class Pin(Record):
    about: ClassVar[About]
    organisation: int | None
    field: str | None
    decided_by: str | None
    why: str | None
    decided_on: PartialDate | None
    def __init__(
        self,
        *,
        id: int | None = ...,
        organisation: int,
        field: str,
        decided_by: str | None = ...,
        why: str | None = ...,
        decided_on: PartialDate | dt.date | str | None = ...,
    ) -> None: ...

JUDGEMENTS: Final[dict[str, type[Record]]]

def record_class(kind: str | type[Record]) -> type[Record]: ...
