"""A review told in one language: its parts in the order of such reports, made of blocks."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stregistry.evaluate.table import left_out_counts
from stregistry.evaluate.words import LEFT_OUT
from stregistry.missing import MISSING
from stregistry.review.blocks import Block, Heading, Items, Paragraph, table
from stregistry.review.figures import groups, targets
from stregistry.review.gather import SOON
from stregistry.review.moved import moves
from stregistry.review.owed import duties, soon, tasks
from stregistry.review.telling import Telling, done, late
from stregistry.review.words import HEADINGS, ROMAN
from stregistry.text import Text

# The classes a summary counts targets in, and the statuses of each.
_CLASSES: Final = (
    (Text("đạt hoặc vượt", "met or exceeded"), ("met", "exceeded")),
    (Text("đúng tiến độ", "on track"), ("on_track",)),
    (Text("có nguy cơ chậm tiến độ", "at risk"), ("at_risk",)),
    (Text("chưa đạt tiến độ", "off track"), ("off_track", "moving_away")),
    (Text("chưa thể đánh giá", "cannot be judged yet"), ("not_yet_due", "no_data", None)),
)


def outline(t: Telling) -> Iterator[Block]:
    """The report from its opening to the proposals; the annex comes after the signature."""
    yield Paragraph(_opening(t))
    parts = (
        ("summary", _summary(t)),
        ("groups" if t.review.framework.groups else "figures", groups(t)),
        ("targets", targets(t)),
        ("tasks", tasks(t)),
        ("duties", duties(t)),
        ("moves", moves(t)),
        ("soon", soon(t)),
        ("quality", _quality(t)),
        ("proposals", _proposals(t)),
    )
    for roman, (name, blocks) in zip(ROMAN, parts, strict=False):
        yield Heading(f"{roman}. {HEADINGS[name][t.lang].upper()}")
        yield from blocks


def _opening(t: Telling) -> str:
    at = t.date(t.review.at)
    return t.say(
        f"Báo cáo tổng hợp kết quả {t.when} trên địa bàn {t.place}; nội dung: {t.subject}. "
        f"Số liệu tính đến hết ngày {at}, theo những gì đã ghi nhận trong sổ đăng ký.",
        f"This report sums up {t.when} in {t.place}: {t.subject}. Figures as at the end of {at}, as the registry "
        "knows them.",
    )


def _summary(t: Telling) -> Iterator[Block]:
    figures, targets = t.review.figures, t.review.targets
    have = sum(one.value is not None for one in figures)
    lines = [
        t.say(
            f"Chỉ tiêu theo dõi: {len(figures)}, trong đó {have} có số liệu trong kỳ.",
            f"Indicators followed: {len(figures)}, of which {have} have a figure in the period.",
        )
    ]
    counts = [(words[t.lang], sum(row["status"] in states for row in targets)) for words, states in _CLASSES]
    told = ", ".join(f"{n} {words}" for words, n in counts if n)
    lines.append(t.say(f"Mục tiêu: {len(targets)}", f"Targets: {len(targets)}") + (f" ({told})." if told else "."))
    status = Counter(row.status for row in t.review.tasks.rows)
    lines.append(
        t.say(
            f"Nhiệm vụ: {done(status)} đã hoàn thành (đến hạn hoặc xong trong kỳ), {late(status)} quá hạn chưa xong, "
            f"{status['due']} đến hạn trong {SOON} ngày tới"
            + (f", {status['no_deadline']} chưa giao thời hạn." if status["no_deadline"] else "."),
            f"Tasks: {done(status)} done (due or done in the period), {late(status)} late, "
            f"{status['due']} due within {SOON} days"
            + (f", {status['no_deadline']} without a deadline." if status["no_deadline"] else "."),
        )
    )
    owed = Counter(row.status for row in t.review.duties.rows)
    lines.append(
        t.say(
            f"Nghĩa vụ theo quy định: {late(owed)} quá hạn, {owed['due']} đến hạn trong {SOON} ngày tới.",
            f"Obligations: {late(owed)} late, {owed['due']} due within {SOON} days.",
        )
    )
    yield Items(tuple(lines))


def _quality(t: Telling) -> Iterator[Block]:
    gone: dict[str, list[str]] = {}
    for one in t.review.figures:
        if one.missing:
            gone.setdefault(one.missing, []).append(t.named(one.indicator))
    lines = [
        f"{MISSING[why][t.lang][0].upper()}{MISSING[why][t.lang][1:]} ({len(names)}): {'; '.join(names)}."
        for why, names in gone.items()
        if why in MISSING
    ]
    rough = sum(one.provisional for one in t.review.figures)
    if rough:
        lines.append(t.say(f"{rough} chỉ tiêu là số sơ bộ.", f"{rough} figures are provisional."))
    left: Counter[str] = Counter()
    for (_, reason), records in left_out_counts(t.review.left_out).items():
        left[reason] = max(left[reason], records)
    if left:
        told = ", ".join(f"{n} {LEFT_OUT[reason][t.lang]}" for reason, n in left.items() if reason in LEFT_OUT)
        lines.append(
            t.say(
                f"Hồ sơ có thể thuộc địa bàn này nhưng không tính được vào ít nhất một chỉ tiêu: {told}.",
                f"Records that may belong here and that at least one indicator could not count: {told}.",
            )
        )
    for name, records in t.review.duties.unclear:
        rule = next((o.name[t.lang] for o in t.review.framework.obligations if o.id == name), name)
        lines.append(
            t.say(
                f"{records} hồ sơ thiếu thông tin nên chưa rõ có thuộc diện: {rule}.",
                f"{records} records do not say whether this binds them: {rule}.",
            )
        )
    if lines:
        yield Items(tuple(lines))
    else:
        yield Paragraph(t.say("Mọi chỉ tiêu đều có số liệu.", "Every indicator has a figure."))


def _proposals(t: Telling) -> Iterator[Block]:
    yield Paragraph(
        t.say(
            "[Cơ quan lập báo cáo bổ sung: đánh giá chung, hạn chế, nguyên nhân, trọng tâm kỳ tới, kiến nghị.]",
            "[For the office to add: overall assessment, shortcomings and their causes, priorities, proposals.]",
        ),
        "prompt",
    )


def annex(t: Telling) -> Iterator[Block]:
    """Where the figures come from, and how anybody can compute them again."""
    content, review = t.review.snapshot.content, t.review
    yield Heading(HEADINGS["sources"][t.lang].upper())
    about = content["framework"]
    registry = content["registry"]
    rows = [
        (
            t.say("Bộ chỉ tiêu", "Framework"),
            f"{about['id']}, {t.say('phiên bản', 'version')} {about['version']}",
        ),
        (t.say("Mã băm của bộ chỉ tiêu", "Digest of the framework"), about["sha256"]),
        (t.say("Sổ đăng ký, đợt cập nhật", "Registry, changeset"), str(registry["changeset"])),
        (t.say("Mã băm của sổ đăng ký", "Digest of the registry"), registry["hash"]),
        (t.say("Ngày xét", "Looked at on"), t.date(review.at)),
        (t.say("Danh mục địa bàn", "Place map"), content["places"]["map"]),
        (t.say("Mã băm của bản chốt số liệu", "Digest of the snapshot"), review.snapshot.sha256),
        (t.say("Mã băm của báo cáo", "Digest of the review"), review.sha256),
    ]
    yield table(((t.head("item"), "left", 4), (t.say("Giá trị", "Value"), "left", 10)), rows)
    yield Paragraph(
        t.say(
            "Để kiểm chứng, chạy lại trên cùng sổ đăng ký: ",
            "To verify, run again on the same registry: ",
        )
        + f"stregistry review {about['id']} --period {review.period.label} --place {review.place} "
        + f"--valid {review.at.isoformat()} --known {registry['changeset']} --out review.json. "
        + t.say(
            "Mã băm của báo cáo phải trùng. Từng hồ sơ đứng sau mỗi con số xem bằng lệnh stregistry explain.",
            "The digest of the review must be the same. The records behind each figure: stregistry explain.",
        ),
        "note",
    )
    yield Paragraph(t.say("Văn bản làm căn cứ:", "Documents it rests on:"))
    listed = [
        (f"[{n}]", t.cited(s) if s.number else t.date(s.issued), s.title[t.lang]) for n, s in enumerate(t.documents, 1)
    ]
    columns = ((t.head("no"), "center", 1.2), (t.head("document"), "left", 4.4), (t.say("Tên", "Title"), "left", 10))
    yield table(columns, listed)  # type: ignore[arg-type]
