"""The review of a period: how far the plan is, who is late, what moved and why, as an office reports it."""

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stregistry.errors import StregistryError, system_words
from stregistry.files import whole_file
from stregistry.review.gather import FORMAT, Figure, Review, gather
from stregistry.text import Text

if TYPE_CHECKING:
    import os

__all__ = ["FORMATS", "Figure", "Review", "gather", "review_json", "review_markdown", "write_review"]

FORMATS: Final = (".docx", ".md", ".json")


def review_markdown(review: Review, lang: str = "vi") -> str:
    """The review as Markdown."""
    from stregistry.review.markdown import markdown
    from stregistry.review.telling import Telling

    return markdown(Telling(review, lang))


def review_json(review: Review) -> str:
    """The review as JSON: format, content, and the sha256 of the canonical form of the content."""
    whole = {"format": FORMAT, "content": review.content, "sha256": review.sha256}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def write_review(review: Review, path: "str | os.PathLike[str]", *, lang: str = "vi") -> None:
    """Writes the review; the ending chooses .docx (extra `word`), .md or .json.

    Raises StregistryError for another ending, without python-docx, and where the file cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        listed = ", ".join(FORMATS)
        raise StregistryError(
            Text(
                f"Không ghi được '{target.name}': đuôi tệp phải là {listed}.", f"'{target.name}' must end in {listed}."
            )
        )
    if ending == ".docx" and importlib.util.find_spec("docx") is None:
        raise StregistryError(
            Text(
                "Tệp Word cần python-docx. Cài: pip install 'stregistry[word]'.",
                "A Word file needs python-docx. Install: pip install 'stregistry[word]'.",
            )
        )
    try:
        with whole_file(target) as beside:
            if ending == ".docx":
                from stregistry.review.telling import Telling
                from stregistry.review.word import write_word

                write_word(Telling(review, lang), beside)
            else:
                text = review_json(review) if ending == ".json" else review_markdown(review, lang)
                beside.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        said = system_words(error)
        raise StregistryError(
            Text(f"Không ghi được {target}: {said.vi}.", f"{target} cannot be written: {said.en}.")
        ) from error
