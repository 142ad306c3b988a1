// The table of decisions that `layoutplan optimize --decisions` takes. No drawing here.
"use strict";

layoutplan.decisions = (function () {
  const COLUMNS = ["school_id", "name", "decision"];
  // What spreadsheets take for the beginning of a formula, as in core/csv_cells.py.
  const FORMULA = /^[=+\-@\t\r\n＝＋－＠']/;

  function cell(words) {
    const safe = FORMULA.test(words) ? "'" + words : words;
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  }

  // The decisions that the plan was made with and those of the edit, which go before them: UTF-8
  // with a byte-order mark, sorted by id.
  function csv(model, state, changed) {
    const words = new Map();
    const { decided } = model.choices;
    decided.school.forEach((school, i) => words.set(school, decided.word[i]));
    changed.forEach((school) => words.set(school, state.isOpen[school] ? "keep" : "close"));
    const { id, name } = model.schools;
    const rows = [...words].sort(([a], [b]) => (id[a] < id[b] ? -1 : 1))
      .map(([school, word]) => [id[school], name[school], word]);
    return "\ufeff" + [COLUMNS, ...rows].map((row) => row.map(cell).join(",") + "\r\n").join("");
  }

  function save(text, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  return { csv, save };
})();
