"use strict";
(() => {
  const all = (css, from = document) => [...from.querySelectorAll(css)];
  const root = document.documentElement;
  const words = JSON.parse(document.getElementById("words").textContent);
  const status = document.getElementById("say");
  const word = (key) => (words[key] ? words[key][root.lang] : key);
  const say = (text) => { status.textContent = ""; setTimeout(() => { status.textContent = text; }, 50); };
  const swap = (text) => text.replace(/[.,]/g, (c) => (c === "." ? "," : "."));
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

  const read = (cell) => {
    if (cell.dataset.v !== undefined) return cell.dataset.v;
    const copy = cell.cloneNode(true);
    const other = root.lang === "vi" ? "en" : "vi";
    all(`svg,[lang=${other}]`, copy).forEach((e) => e.remove());
    const text = copy.textContent.trim().replace(/\s+/g, " ");
    return text === "–" ? "" : text;
  };
  const explain = () => all("[data-m]").forEach((e) => { e.title = word(e.dataset.m); });
  // On a telephone each row is a block of its own: its cells say there what stands in the head of their column.
  const stack = () => all("table.stack").forEach((table) => {
    const heads = [...table.tHead.rows[0].cells].flatMap((th) => [read(th).split(": ").pop(), ...Array(th.colSpan - 1).fill("–")]);
    [...table.tBodies[0].rows].forEach((row) => [...row.cells].forEach((td, n) => { td.dataset.l = heads[n]; }));
  });
  const use = (lang) => {
    if (lang === root.lang) return;
    root.lang = lang;
    all(".n").forEach((e) => { e.textContent = swap(e.textContent); });
    all("[data-vi]").forEach((e) => { e.textContent = e.dataset[lang]; });
    all("[data-vi-ph]").forEach((e) => { e.placeholder = lang === "vi" ? e.dataset.viPh : e.dataset.enPh; });
    all("option[data-t]").forEach((e) => { e.dataset.t = swap(e.dataset.t); e.dataset.r = swap(e.dataset.r); });
    all(".lang").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.lang === lang)));
    explain();
    stack();
  };
  all(".lang").forEach((b) => b.addEventListener("click", () => use(b.dataset.lang)));
  explain();
  stack();

  const plain = (text) => (root.lang === "vi" ? text.replaceAll(".", "").replace(",", ".") : text.replaceAll(",", ""));
  const key = (cell) => {
    const raw = read(cell).replace("*", "").replace("−", "-");
    if (raw === "") return null;
    if (!cell.classList.contains("n")) return raw;
    return Number(cell.dataset.v !== undefined ? raw : plain(raw));
  };
  const order = new Intl.Collator("vi");
  all("button.sort").forEach((button) => button.addEventListener("click", () => {
    const head = button.closest("th"), body = button.closest("table").tBodies[0];
    const down = head.getAttribute("aria-sort") === "ascending";
    all("th", head.parentElement).forEach((th) => th.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const at = head.cellIndex;
    const rows = [...body.rows].map((row) => [key(row.cells[at]), row]);
    rows.sort(([a], [b]) => {
      if (a === null || b === null) return (a === null) - (b === null);
      const by = typeof a === "number" ? a - b : order.compare(a, b);
      return down ? -by : by;
    });
    body.append(...rows.map(([, row]) => row));
  }));

  all("input.find").forEach((input) => input.addEventListener("input", () => {
    const wanted = fold(input.value.trim());
    const rows = [...document.getElementById(input.dataset.table).tBodies[0].rows];
    rows.forEach((row) => { row.hidden = !fold(row.textContent).includes(wanted); });
    say(`${word("rows")} ${rows.filter((row) => !row.hidden).length}`);
  }));
  document.getElementById("find-card")?.addEventListener("input", (event) => {
    const wanted = fold(event.target.value.trim());
    all(".card").forEach((card) => { card.hidden = !fold(card.querySelector("h4").textContent).includes(wanted); });
    all(".group").forEach((group) => { group.hidden = !all(".card", group).some((card) => !card.hidden); });
    say(`${word("cards")} ${all(".card").filter((card) => !card.hidden).length}`);
  });

  const grid = (id) => [...document.getElementById(id).rows].map((row) =>
    [...row.cells].filter((cell) => !cell.classList.contains("chart")).flatMap((cell) => {
      const text = cell.classList.contains("n") && cell.dataset.v === undefined ? number(cell) : read(cell);
      return cell.colSpan === 2 ? [`${text} (1)`, `${text} (2)`] : [text];
    }));
  const number = (cell) => plain(read(cell)).replace("−", "-").replace("*", "");
  // A cell that begins like a formula must not become one in a spreadsheet.
  const safe = (text) => (/^[=+@\t\r]|^-(?![\d.]+$)/.test(text) ? `'${text}` : text);
  const csv = (rows) => rows.map((row) => row.map((text) => `"${safe(text).replaceAll('"', '""')}"`).join(",")).join("\r\n");
  all("button.csv").forEach((button) => button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["\ufeff", csv(grid(button.dataset.table))], { type: "text/csv;charset=utf-8" }));
    link.download = `${button.dataset.file}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    say(word("saved"));
  }));
  all("button.copy").forEach((button) => button.addEventListener("click", async () => {
    const text = grid(button.dataset.table).map((row) => row.map(safe).join("\t")).join("\n");
    try { await navigator.clipboard.writeText(text); say(word("copied")); } catch { say(word("failed")); }
  }));

  const what = document.getElementById("what");
  if (what) what.addEventListener("change", () => {
    const chosen = what.selectedOptions[0], said = chosen.dataset.t.split("|");
    all(".tiles li:not(.sea)").forEach((tile, i) => {
      tile.className = tile.className.replace(/\bq[0-9x]\b/, `q${chosen.dataset.q[i]}`);
      tile.querySelector("b").textContent = said[i];
    });
    chosen.dataset.r.split("|").reverse().forEach((text, i) => { all("#key .n")[i].textContent = text; });
  });
})();
