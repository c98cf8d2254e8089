"""The site of documentation: `make docs` writes it to `build/docs`, and any warning is a failure."""

import re
import sys
from pathlib import Path

from pygments.lexers.shell import BashLexer
from sphinx.highlighting import lexers

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from code_pages import write_pages  # noqa: E402  # stands beside this file, which Sphinx does not import from

import stregistry  # noqa: E402

project = "stregistry"
version = release = stregistry.__version__
copyright = "stregistry authors, Apache-2.0"  # Sphinx's name

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["README.md"]
myst_enable_extensions = ["colon_fence", "attrs_block"]
myst_heading_anchors = 3
copybutton_prompt_text = ">>> "
copybutton_only_copy_prompt_lines = True
copybutton_exclude = ".linenos, .gp, .go"

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_maximum_signature_line_length = 80

html_theme = "furo"
html_title = "stregistry"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
# Fonts that have the letters of Vietnamese, in the order of the systems that bring them.
_FONTS = {
    "font-stack": "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif",
    "font-stack--monospace": "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'Noto Sans Mono', 'DejaVu Sans Mono', "
    "monospace",
}
html_theme_options = {"navigation_with_keys": True, "light_css_variables": _FONTS, "dark_css_variables": _FONTS}
pygments_style = "friendly"
lexers["console"] = BashLexer()  # commands without a prompt

# The files readers download from the how-to pages, and pages made from the code before anything is read.
write_pages(HERE / "reference")

_NAMED = re.compile(r"^(\s*)((?:`?\*{0,2}\w+`?(?:, )?)+): (.*)$")


def _as_fields(app, what, name, obj, options, lines: list[str]) -> None:
    """Docstrings here say `name: what it holds` line by line; makes a list of those, and code of single quotes."""
    out: list[str] = []
    inside, code = False, False
    for line in lines:
        code = line.lstrip().startswith(">>>") or (code and bool(line.strip()))
        if code:
            out.append(line)
            continue
        found = _NAMED.match(line)
        text = re.sub(r"(?<![`:\w])`([^`\n]+)`(?![`_])", r"``\1``", line)
        if found and found[2][0].islower():
            if not inside:
                out.append("")
            out.append(re.sub(_NAMED, r"\1* **\2**: \3", text))
            inside = True
        elif not line.strip() or re.match(r"(Raises|Returns) ", line):
            if inside or out[-1:] != [""]:
                out.append("")
            out.append(text)
            inside = False
        else:
            out.append(f"  {text.strip()}" if inside else text)
    lines[:] = out


def _language(app, pagename, templatename, context, doctree) -> None:
    """Tells browsers and screen readers which language a page is in."""
    context["language"] = "vi" if pagename.startswith("vi/") or pagename.endswith(".vi") else "en"


def setup(app) -> None:
    """Sphinx's hook."""
    app.connect("autodoc-process-docstring", _as_fields)
    app.connect("html-page-context", _language)
