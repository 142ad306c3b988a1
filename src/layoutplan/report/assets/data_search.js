// Search: places by name, by the Latin letters of Chinese names, or by id. No drawing here.
"use strict";

(function () {
  const { data } = layoutplan;

  // A name as it is looked for: small letters, no spaces, accents apart.
  function plain(words) {
    return words.normalize("NFKD").replace(/[\u0300-\u036f\s]/g, "").toLocaleLowerCase();
  }

  // What a place answers to, best first: its name, its readings, its id.
  function keysOf(table, idx) {
    const readings = table.pinyin[idx] ? table.pinyin[idx].split("|") : [];
    const keys = [plain(table.name[idx] || table.id[idx])];
    readings.forEach((reading, i) => {
      const syllables = reading.split(" ");
      if (i === 0) keys.push(syllables.join(""));
      keys.push(i === 0 ? syllables.map((each) => each[0]).join("") : reading);
    });
    keys.push(plain(table.id[idx]));
    return keys;
  }

  function rankOf(keys, asked) {
    let best = null;
    keys.forEach((key, place) => {
      const at = key.indexOf(asked);
      if (at < 0) return;
      const rank = (key === asked ? -1 : at === 0 ? 0 : 1) + place / 100;
      if (best === null || rank < best) best = rank;
    });
    return best;
  }

  // The places that answer to the words asked for, those that begin with them first.
  function search(model, query, most) {
    const asked = plain(query);
    if (!asked) return [];
    const found = [];
    for (const kind of ["schools", "villages"]) {
      const table = model[kind];
      if (!table.keys) table.keys = table.id.map((_, idx) => keysOf(table, idx));
      table.id.forEach((id, idx) => {
        const rank = rankOf(table.keys[idx], asked);
        if (rank === null) return;
        const name = table.name[idx] || id;
        found.push({ kind, idx, name, id, township: table.township[idx], rank });
      });
    }
    found.sort((a, b) => a.rank - b.rank || a.name.length - b.name.length);
    return Object.assign(found.slice(0, most), { total: found.length });
  }

  data.search = search;
})();
