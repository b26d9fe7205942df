
"use strict";
// Sorts and sifts the rows of a table. Without this script all rows are there, in their order.
const FEW = 50;
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function make(name, given, ...within) {
  const made = document.createElement(name);
  for (const key in given) {
    if (key in made && key !== "list") made[key] = given[key]; else made.setAttribute(key, given[key]);
  }
  made.append(...within);
  return made;
}

function liven(table) {
  const heads = [...table.tHead.rows[0].cells];
  const names = heads.map((head) => head.textContent);
  const rows = [...table.tBodies[0].rows].map((row, at) => {
    const cells = [...row.cells].map((cell) => cell.textContent);
    return { row, at, cells, text: fold(cells.join(" ")) };
  });
  let ordered = rows, most = FEW;
  const tests = [];
  const tools = make("form", { className: "tools", onsubmit: () => false });
  const field = (name, test, given) => {
    const input = make("input", { type: "search", oninput: () => { most = FEW; show(); }, ...given });
    tools.append(make("label", {}, name + " ", input));
    tests.push((row) => input.value.trim() === "" || test(row, input.value));
  };
  field("Search", (row, typed) => fold(typed).split(/\s+/).every((word) => row.text.includes(word)));
  heads.forEach((head, column) => {
    if (!("sift" in head.dataset)) return;
    if (head.classList.contains("n")) {
      const number = (row) => parseFloat(row.cells[column]);
      const given = { type: "number", min: 0, max: 100, step: "any" };
      field(names[column] + " from", (row, typed) => number(row) >= Number(typed), given);
      field("to", (row, typed) => number(row) <= Number(typed), given);
      return;
    }
    const id = "are-" + column;
    const found = [...new Set(rows.map((row) => row.cells[column]))].filter(Boolean);
    found.sort((a, b) => a.localeCompare(b));
    tools.append(make("datalist", { id }, ...found.map((value) => make("option", { value }))));
    field(names[column], (row, typed) => fold(row.cells[column]).includes(fold(typed.trim())), { list: id });
  });
  const order = make("select", { onchange: () => sort() }, make("option", { value: "" }, "as listed"));
  names.forEach((name, column) => {
    const ways = heads[column].className ? ["highest or latest first", "lowest or earliest first"] : ["A to Z", "Z to A"];
    ways.forEach((way, at) => {
      const down = heads[column].className ? at === 0 : at === 1;
      if (!heads[column].classList.contains("q")) order.append(make("option", { value: column + (down ? "-" : "+") }, name + ", " + way));
    });
  });
  tools.append(make("label", {}, "Order ", order));
  const said = make("output");
  const all = make("button", { type: "button", onclick: () => { most = Infinity; show(); } }, "Show all");
  tools.append(make("button", { type: "reset", onclick: () => setTimeout(() => { most = FEW; sort(); }) }, "Clear"), said);
  table.parentNode.before(tools);
  table.parentNode.after(all);

  function show() {
    let passed = 0;
    for (const row of ordered) {
      const passes = tests.every((test) => test(row));
      passed += passes;
      row.row.classList.toggle("out", !passes);
      row.row.classList.toggle("later", passed > most);
    }
    said.value = passed === rows.length ? passed + " reviews" : passed + " of " + rows.length + " reviews";
    all.hidden = passed <= most;
    all.textContent = "Show all " + passed;
  }

  function sort() {
    const column = parseInt(order.value), down = order.value.endsWith("-") ? -1 : 1;
    const isNumber = column >= 0 && heads[column].classList.contains("n");
    const compare = (a, b) => {
      const [x, y] = [a.cells[column], b.cells[column]];
      if (!x || !y) return !x - !y || a.at - b.at;
      return down * (isNumber ? x - y : x.localeCompare(y)) || a.at - b.at;
    };
    ordered = column >= 0 ? [...rows].sort(compare) : rows;
    table.tBodies[0].append(...ordered.map((row) => row.row));
    show();
  }

  show();
}

document.querySelectorAll("table.sifted").forEach(liven);
