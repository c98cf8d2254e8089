"""The records of an innovation ecosystem. Each class is one table, one import template, one schema, one page.

Bodies and roles are *states*: they hold from a day to a day. Everything else is an *event*: it
carries its own dates. To add a field, add one line to a class; nothing else keeps a list of fields.
"""

from decimal import Decimal
from typing import Any, ClassVar, Final

import attrs

from stregistry.dates import PartialDate
from stregistry.errors import NotFoundError
from stregistry.fields import (
    Money,
    check_codes,
    check_types,
    children,
    code,
    codes,
    date,
    decimal,
    flag,
    money,
    part,
    place,
    ref,
    refuse,
    text,
    vnd,
)
from stregistry.text import Text


@attrs.frozen(kw_only=True)
class About:
    """What a class of records says of itself.

    state: True for bodies and roles, which hold over an interval of valid time.
    on: the date an event (or the start of a role) is counted by when nothing else is said.
    span: start field and end fields. A state imported without `valid_from` and `valid_to` holds
    from the start to the earliest end; an event counts as stock over the same days.
    place: where a record is counted by default: "place" (its own), "organisation", or a party role.
    source: the text the class comes from; empty where it is ours.
    """

    kind: str
    label: Text
    state: bool
    on: str
    span: tuple[str, tuple[str, ...]]
    place: str
    source: str = ""


@attrs.frozen(kw_only=True)
class Record:
    """What every record has: an opaque id given by the registry (None before it is put)."""

    about: ClassVar[About]
    id: int | None = None

    def __attrs_post_init__(self) -> None:
        refuse(self._issues(), self.about.label)

    def _issues(self) -> Any:
        yield from check_types(self)
        yield from check_codes(self)
        for name in (a.name for a in attrs.fields(type(self))):
            value = getattr(self, name)
            if isinstance(value, Certificate):
                yield from check_codes(value)
            elif isinstance(value, tuple):
                for item in value:
                    if attrs.has(type(item)):
                        yield from check_codes(item)


# ---- parts ---------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Name:
    """A name of a body in one language."""

    value: str = text("Tên", "Name", required=True)
    lang: str | None = text("Ngôn ngữ", "Language")
    kind: str | None = code("Loại tên", "Kind of name", "name_kind")


@attrs.frozen(kw_only=True)
class Identifier:
    """A number that somebody else gave a body; `value` stays as it was written.

    It holds from `since` up to, not including, `until`; without a date, as long as its body does.
    """

    scheme: str = code("Hệ mã định danh", "Scheme", "identifier_scheme", required=True)
    value: str = text("Giá trị", "Value", required=True)
    issuer: str | None = text("Cơ quan cấp", "Issuer")
    since: PartialDate | None = date("Có hiệu lực từ", "Holds since")
    until: PartialDate | None = date("Có hiệu lực đến trước", "Holds until")
    modified_on: PartialDate | None = date("Ngày nơi cấp sửa thông tin gần nhất", "Last changed by its issuer on")


@attrs.frozen(kw_only=True)
class Relation:
    """A link from a body to another; the other may not be in the registry (then body is None)."""

    kind: str = code("Loại quan hệ", "Kind of relation", "relation_kind", required=True)
    body: int | None = ref("Tổ chức liên quan", "Related body", "organisation")
    identifier: str | None = text("Mã của tổ chức liên quan", "Identifier of the related body")
    name: str | None = text("Tên tổ chức liên quan", "Name of the related body")


@attrs.frozen(kw_only=True)
class Party:
    """A body that takes part in a deal, round, partnership or task.

    body: the organisation's id; None while the name is unresolved (`name`) or where the party is an
    individual (`person`, personal).
    """

    role: str = code("Vai trò", "Role", "party_role", required=True)
    body: int | None = ref("Tổ chức", "Body", "organisation")
    name: str | None = text("Tên ghi trong văn bản", "Name as written")
    person: str | None = text("Cá nhân", "Individual", sensitivity="personal")
    country: str | None = text("Quốc gia", "Country")


@attrs.frozen(kw_only=True)
class Evidence:
    """A document that stands behind a record."""

    name: str = text("Tên tệp", "File name", required=True)
    sha256: str | None = text("Mã băm SHA-256", "SHA-256")
    address: str | None = text("Địa chỉ", "Address")


@attrs.frozen(kw_only=True)
class Certificate:
    """The certificate a role rests on. It holds from `issued_on` up to, not including, the day it expires or ends."""

    number: str | None = text("Số giấy chứng nhận", "Certificate number", column="certificate_number")
    issuer: str | None = text("Cơ quan cấp", "Issuer")
    applied_on: PartialDate | None = date("Ngày nộp hồ sơ", "Applied on")
    issued_on: PartialDate | None = date("Ngày cấp", "Issued on")
    expires_on: PartialDate | None = date("Ngày hết hiệu lực", "Expires on")
    ended_on: PartialDate | None = date("Ngày chấm dứt", "Ended on")
    ended_by: str | None = code("Chấm dứt do", "Ended by", "certificate_event")
    notified_on: PartialDate | None = date("Ngày thông báo cho Bộ", "Ministry notified on")


# ---- states --------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Organisation(Record):
    """A legal body, with its names and identifiers. What it is in law as a startup or S&T organisation is a role."""

    about = About(
        kind="organisation",
        label=Text("Tổ chức", "Organisation"),
        state=True,
        on="founded_on",
        span=("founded_on", ("dissolved_on",)),
        place="place",
    )
    names: tuple[Name, ...] = children("Tên", "Names", Name)
    identifiers: tuple[Identifier, ...] = children("Mã định danh", "Identifiers", Identifier)
    kind: str | None = code("Loại tổ chức", "Kind of organisation", "organisation_kind")
    status: str | None = code("Tình trạng", "Status", "organisation_status")
    place: str | None = place("Địa bàn", "Place")
    address: str | None = text("Địa chỉ", "Address", sensitivity="internal")
    country: str | None = text("Quốc gia", "Country")
    legal_form: str | None = text("Loại hình pháp lý", "Legal form")
    ownership: str | None = code("Hình thức sở hữu", "Ownership", "ownership")
    industry: str | None = text("Ngành kinh tế", "Industry")
    industry_version: str | None = text("Phiên bản hệ thống ngành kinh tế", "Industry classification version")
    ror_types: tuple[str, ...] = codes("Loại theo ROR", "ROR types", "ror_type")
    founded_on: PartialDate | None = date("Ngày thành lập", "Founded on")
    dissolved_on: PartialDate | None = date("Ngày giải thể", "Dissolved on")
    parent: int | None = ref("Tổ chức chủ quản", "Parent body", "organisation")
    website: str | None = text("Trang thông tin điện tử", "Website")
    contact_name: str | None = text("Người liên hệ", "Contact person", sensitivity="personal")
    email: str | None = text("Thư điện tử", "Email", sensitivity="personal")
    phone: str | None = text("Điện thoại", "Phone", sensitivity="personal")
    relations: tuple[Relation, ...] = children("Quan hệ", "Relations", Relation)
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)

    @property
    def name(self) -> str:
        """The official Vietnamese name, else any name, else an empty string."""
        ranked = sorted(self.names, key=lambda n: (n.lang != "vi", n.kind not in (None, "official")))
        return ranked[0].value if ranked else ""


@attrs.frozen(kw_only=True)
class Role(Record):
    """What a body is in law for a time, by its own certificate. A body can hold several roles."""

    organisation: int | None = ref("Tổ chức", "Organisation", "organisation", required=True)
    certificate: Certificate | None = part("Giấy chứng nhận", "Certificate", Certificate)
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


_ROLE_SPAN: Final = ("issued_on", ("ended_on", "expires_on"))


@attrs.frozen(kw_only=True)
class Startup(Role):
    """A body recognised as an innovative startup."""

    about = About(
        kind="startup",
        label=Text("Doanh nghiệp khởi nghiệp sáng tạo", "Startup"),
        state=True,
        on="issued_on",
        span=_ROLE_SPAN,
        place="organisation",
        source="Luật 04/2017/QH14, Điều 17; Nghị định 268/2025/NĐ-CP, Điều 39",
    )
    basis: str | None = code("Căn cứ công nhận", "Basis of recognition", "startup_basis")
    stage: str | None = code("Giai đoạn phát triển", "Stage", "startup_stage")
    field: str | None = code("Lĩnh vực", "Field", "research_field")
    product: str | None = text("Sản phẩm", "Product")


@attrs.frozen(kw_only=True)
class STOrganisation(Role):
    """A body registered as a science and technology organisation."""

    about = About(
        kind="st_organisation",
        label=Text("Tổ chức khoa học và công nghệ", "S&T organisation"),
        state=True,
        on="issued_on",
        span=_ROLE_SPAN,
        place="organisation",
        source="Luật 29/2013/QH13, Điều 9, 12; Luật 93/2025/QH15, Điều 43",
    )
    form: str | None = code("Hình thức tổ chức", "Form", "st_organisation_form")
    function: str | None = code("Chức năng", "Function", "st_organisation_function")
    ownership: str | None = code("Hình thức sở hữu", "Ownership", "ownership")
    founding_authority: str | None = text("Cơ quan quyết định thành lập", "Founding authority")
    field: str | None = code("Lĩnh vực", "Field", "research_field")


@attrs.frozen(kw_only=True)
class STEnterprise(Role):
    """An enterprise certified as a science and technology enterprise."""

    about = About(
        kind="st_enterprise",
        label=Text("Doanh nghiệp khoa học và công nghệ", "S&T enterprise"),
        state=True,
        on="issued_on",
        span=_ROLE_SPAN,
        place="organisation",
        source="Nghị định 268/2025/NĐ-CP, Điều 49, 53",
    )
    product: str | None = text("Sản phẩm hình thành từ kết quả khoa học và công nghệ", "Product from an S&T result")
    field: str | None = code("Lĩnh vực", "Field", "research_field")
    rechecked_on: PartialDate | None = date("Ngày kiểm tra, đánh giá gần nhất", "Last re-checked on")


@attrs.frozen(kw_only=True)
class SupportOrganisation(Role):
    """A body that supports startups: incubator, accelerator, facility, centre, fund."""

    about = About(
        kind="support_organisation",
        label=Text("Tổ chức hỗ trợ khởi nghiệp sáng tạo", "Support organisation"),
        state=True,
        on="issued_on",
        span=_ROLE_SPAN,
        place="organisation",
        source="Luật 04/2017/QH14, Điều 3, 18; Nghị định 268/2025/NĐ-CP",
    )
    kind: str | None = code("Loại hình hỗ trợ", "Kind of support", "support_kind")


# ---- events --------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Deal(Record):
    """A technology transfer contract or another deal on the technology market."""

    about = About(
        kind="deal",
        label=Text("Giao dịch công nghệ", "Technology deal"),
        state=False,
        on="signed_on",
        span=("signed_on", ("ended_on",)),
        place="transferee",
        source="Luật 07/2017/QH14, Điều 4-7, 27, 31",
    )
    title: str | None = text("Tên công nghệ", "Title")
    contract_number: str | None = text("Số hợp đồng", "Contract number")
    direction: str | None = code("Chiều chuyển giao", "Direction", "deal_direction")
    status: str | None = code("Tình trạng", "Status", "deal_status")
    channel: str | None = code("Kênh giao dịch", "Channel", "deal_channel")
    form: str | None = code("Hình thức chuyển giao", "Form", "deal_form")
    object: tuple[str, ...] = codes("Đối tượng công nghệ", "Object", "deal_object")
    right: tuple[str, ...] = codes("Quyền chuyển giao", "Right", "deal_right")
    payment: tuple[str, ...] = codes("Phương thức thanh toán", "Payment", "deal_payment")
    field: str | None = code("Lĩnh vực", "Field", "research_field")
    signed_on: PartialDate | None = date("Ngày ký", "Signed on")
    registered_on: PartialDate | None = date("Ngày đăng ký", "Registered on")
    registration_number: str | None = text("Số giấy chứng nhận đăng ký", "Registration number")
    ended_on: PartialDate | None = date("Ngày kết thúc", "Ended on")
    value: Money | None = money("Giá trị theo nguyên tệ", "Value in original currency")
    value_vnd: int | None = vnd("Giá trị (đồng)", "Value (VND)")
    state_funded: bool | None = flag("Có sử dụng vốn nhà nước", "State funded")
    parties: tuple[Party, ...] = children(
        "Các bên", "Parties", Party, roles=("transferor", "transferee", "broker", "advisor")
    )
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Partnership(Record):
    """An agreement or project of international cooperation."""

    about = About(
        kind="partnership",
        label=Text("Hợp tác quốc tế", "International partnership"),
        state=False,
        on="signed_on",
        span=("signed_on", ("ended_on",)),
        place="lead",
        source="Thông tư 10/2019/TT-BKHCN, Điều 3",
    )
    title: str | None = text("Tên thỏa thuận hoặc dự án", "Title")
    kind: str | None = code("Loại hình hợp tác", "Kind of partnership", "partnership_kind")
    status: str | None = code("Tình trạng", "Status", "partnership_status")
    field: str | None = code("Lĩnh vực", "Field", "research_field")
    partner_countries: tuple[str, ...] = codes("Quốc gia đối tác", "Partner countries", None)
    signed_on: PartialDate | None = date("Ngày ký", "Signed on")
    starts_on: PartialDate | None = date("Ngày bắt đầu theo kế hoạch", "Planned start")
    ends_on: PartialDate | None = date("Ngày kết thúc theo kế hoạch", "Planned end")
    ended_on: PartialDate | None = date("Ngày kết thúc thực tế", "Ended on")
    value: Money | None = money("Kinh phí theo nguyên tệ", "Budget in original currency")
    value_vnd: int | None = vnd("Kinh phí (đồng)", "Budget (VND)")
    disbursed_vnd: int | None = vnd("Đã giải ngân (đồng)", "Disbursed (VND)")
    parties: tuple[Party, ...] = children("Các bên", "Parties", Party, roles=("lead", "partner", "funder"))
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class FundingRound(Record):
    """A round in which investors put money into a startup."""

    about = About(
        kind="funding_round",
        label=Text("Vòng gọi vốn", "Funding round"),
        state=False,
        on="closed_on",
        span=("closed_on", ()),
        place="investee",
    )
    stage: str | None = code("Giai đoạn", "Stage", "startup_stage")
    announced_on: PartialDate | None = date("Ngày công bố", "Announced on")
    closed_on: PartialDate | None = date("Ngày hoàn tất", "Closed on")
    value: Money | None = money("Số vốn theo nguyên tệ", "Amount in original currency")
    value_vnd: int | None = vnd("Số vốn (đồng)", "Amount (VND)")
    parties: tuple[Party, ...] = children("Các bên", "Parties", Party, roles=("investor", "investee"))
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Asset(Record):
    """A patent, utility solution, variety or another technology that a body holds."""

    about = About(
        kind="asset",
        label=Text("Tài sản trí tuệ", "Intellectual asset"),
        state=False,
        on="granted_on",
        span=("granted_on", ("ended_on", "expires_on")),
        place="organisation",
    )
    organisation: int | None = ref("Chủ sở hữu", "Owner", "organisation")
    kind: str | None = code("Loại tài sản trí tuệ", "Kind of asset", "asset_kind")
    title: str | None = text("Tên", "Title")
    number: str | None = text("Số bằng", "Number")
    issuer: str | None = text("Cơ quan cấp", "Issuer")
    field: str | None = code("Lĩnh vực", "Field", "research_field")
    applied_on: PartialDate | None = date("Ngày nộp đơn", "Applied on")
    granted_on: PartialDate | None = date("Ngày cấp", "Granted on")
    expires_on: PartialDate | None = date("Ngày hết hiệu lực", "Expires on")
    ended_on: PartialDate | None = date("Ngày chấm dứt", "Ended on")
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Observation(Record):
    """A statistic that no record here can yield, such as population, with its basis and source.

    place is a code of the map named in `map`; without it, of the map in force at the end of the period.
    """

    about = About(
        kind="observation",
        label=Text("Số liệu thống kê", "Observation"),
        state=False,
        on="published_on",
        span=("published_on", ()),
        place="place",
    )
    series: str | None = text("Chuỗi số liệu", "Series", required=True)
    place: str | None = place("Địa bàn", "Place")
    map: str | None = text("Danh mục đơn vị hành chính", "Place map")
    period: str | None = text("Kỳ báo cáo", "Period", required=True)
    value: Decimal | None = decimal("Giá trị", "Value", required=True)
    unit: str | None = text("Đơn vị tính", "Unit")
    basis: str | None = code("Cơ sở tính", "Basis", "statistic_basis")
    source: str | None = text("Nguồn", "Source")
    published_on: PartialDate | None = date("Ngày công bố", "Published on")
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Task(Record):
    """A task of the plan: who is to do what by when.

    With `recurrence` it is due again and again, first on `due_on`, until `recurs_until`; the days are computed, not
    stored. What answers each is a report of `form` by the responsible body, or without a form `done_on`, the last
    time it was done.
    """

    about = About(
        kind="task",
        label=Text("Nhiệm vụ", "Task"),
        state=False,
        on="assigned_on",
        span=("assigned_on", ("done_on",)),
        place="responsible",
    )
    title: str | None = text("Nội dung nhiệm vụ", "Title", required=True)
    task_group: str | None = code("Nhóm nhiệm vụ", "Task group", "task_group")
    assigned_by: int | None = ref("Cơ quan giao", "Assigned by", "organisation")
    responsible: int | None = ref("Cơ quan chủ trì", "Responsible body", "organisation")
    decision: str | None = text("Văn bản giao nhiệm vụ", "Assigning document")
    assigned_on: PartialDate | None = date("Ngày giao", "Assigned on")
    due_on: PartialDate | None = date("Thời hạn", "Due on")
    recurrence: str | None = code("Định kỳ", "Recurrence", "task_recurrence")
    recurs_until: PartialDate | None = date("Định kỳ đến ngày", "Recurs until")
    form: str | None = code("Biểu mẫu báo cáo", "Report form", "report_form")
    started_on: PartialDate | None = date("Ngày bắt đầu thực hiện", "Started on")
    done_on: PartialDate | None = date("Ngày hoàn thành", "Done on")
    cancelled_on: PartialDate | None = date("Ngày hủy", "Cancelled on")
    status: str | None = code("Tình trạng", "Status", "task_status")
    indicators: tuple[str, ...] = codes("Chỉ tiêu liên quan", "Linked indicators", None)
    parties: tuple[Party, ...] = children("Cơ quan phối hợp", "Co-operating bodies", Party, roles=("partner",))
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Submission(Record):
    """A report that a body handed in."""

    about = About(
        kind="submission",
        label=Text("Báo cáo đã nộp", "Submission"),
        state=False,
        on="received_on",
        span=("received_on", ()),
        place="organisation",
    )
    organisation: int | None = ref("Đơn vị báo cáo", "Reporting body", "organisation", required=True)
    form: str | None = code("Biểu mẫu", "Form", "report_form")
    period: str | None = text("Kỳ báo cáo", "Period")
    received_on: PartialDate | None = date("Ngày nhận", "Received on")
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Declaration(Record):
    """A figure that a body states of itself for a year: revenue, staff, spending; 1 and 0 for yes and no.

    What it counts is said by the vocabulary `declared_item`, whose unit is in the code. Eligibility is judged by these.
    """

    about = About(
        kind="declaration",
        label=Text("Số liệu kê khai", "Declaration"),
        state=False,
        on="declared_on",
        span=("declared_on", ()),
        place="organisation",
    )
    organisation: int | None = ref("Tổ chức kê khai", "Declaring body", "organisation", required=True)
    item: str | None = code("Chỉ tiêu kê khai", "Item", "declared_item", required=True)
    period: str | None = text("Kỳ báo cáo", "Period")
    value: Decimal | None = decimal("Giá trị", "Value", required=True)
    source: str | None = text("Nguồn", "Source")
    declared_on: PartialDate | None = date("Ngày kê khai", "Declared on")
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


@attrs.frozen(kw_only=True)
class Succession(Record):
    """An event by which bodies became others: many to many, on a day, by a document.

    A body that goes on (renamed, absorbing another, parting with a piece) is a successor of the
    event under its own id; with `renamed` it may be predecessor and successor at once.
    """

    about = About(
        kind="succession",
        label=Text("Kế thừa tổ chức", "Succession of bodies"),
        state=False,
        on="happened_on",
        span=("happened_on", ()),
        place="successor",
    )
    event: str | None = code("Sự kiện", "Event", "succession_event", required=True)
    happened_on: PartialDate | None = date("Ngày có hiệu lực", "Happened on")
    decision: str | None = text("Văn bản quyết định", "Deciding document")
    note: str | None = text("Ghi chú", "Note")
    parties: tuple[Party, ...] = children("Các tổ chức", "Bodies", Party, roles=("predecessor", "successor"))
    evidence: tuple[Evidence, ...] = children("Tài liệu minh chứng", "Evidence", Evidence)


KINDS: Final[dict[str, type[Record]]] = {
    cls.about.kind: cls
    for cls in (
        Organisation,
        Startup,
        STOrganisation,
        STEnterprise,
        SupportOrganisation,
        Deal,
        Partnership,
        FundingRound,
        Asset,
        Observation,
        Task,
        Submission,
        Succession,
        Declaration,
    )
}


@attrs.frozen(kw_only=True)
class Decision(Record):
    """What a person decided of two organisations. Made by `Registry.decide`; never imported, never counted.

    one, two: the records as they were put, the lower id first; deciding again replaces what was decided.
    """

    about = About(
        kind="decision",
        label=Text("Quyết định về trùng lặp", "Decision on a duplicate"),
        state=False,
        on="decided_on",
        span=("decided_on", ()),
        place="one",
    )
    one: int | None = ref("Tổ chức thứ nhất", "First body", "organisation", required=True)
    two: int | None = ref("Tổ chức thứ hai", "Second body", "organisation", required=True)
    verdict: str | None = code("Kết luận", "Verdict", "identity_verdict", required=True)
    decided_by: str | None = text("Người quyết định", "Decided by")
    why: str | None = text("Lý do", "Reason")
    decided_on: PartialDate | None = date("Ngày quyết định", "Decided on")


@attrs.frozen(kw_only=True)
class Pin(Record):
    """A field of a merged body whose value a person wants from this one record. Made by `Registry.pin`."""

    about = About(
        kind="pin",
        label=Text("Giá trị được chọn", "Pinned value"),
        state=False,
        on="decided_on",
        span=("decided_on", ()),
        place="organisation",
    )
    organisation: int | None = ref("Tổ chức", "Organisation", "organisation", required=True)
    field: str | None = text("Trường", "Field", required=True)
    decided_by: str | None = text("Người quyết định", "Decided by")
    why: str | None = text("Lý do", "Reason")
    decided_on: PartialDate | None = date("Ngày quyết định", "Decided on")


# What the store keeps besides the kinds: judgements about records, which no file brings.
JUDGEMENTS: Final[dict[str, type[Record]]] = {cls.about.kind: cls for cls in (Decision, Pin)}


def record_class(kind: "str | type[Record]") -> type[Record]:
    """The class of a kind. Raises NotFoundError with the nearest kind."""
    if isinstance(kind, type):
        return kind
    try:
        return KINDS[kind] if kind in KINDS else JUDGEMENTS[kind]
    except KeyError:
        sentence = Text(f"Không có loại hồ sơ '{kind}'", f"There is no kind '{kind}'")
        raise NotFoundError.unknown(sentence, kind, KINDS, kind=kind) from None
