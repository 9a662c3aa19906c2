// The pane in memory: `node world.js FOLDER plan.json` lays the built files into a page, an Excel and a web that are none,
// does what the plan says, and tells what came of it. Excel takes texts as it does: one that begins with = is a formula,
// unless an apostrophe is before it.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { createContext, runInContext } = require('node:vm');

const [, , folder, plan] = process.argv;
const { replies, steps, kept, settings: saved } = JSON.parse(readFileSync(plan, 'utf8'));
const read = (name) => readFileSync(join(folder, name), 'utf8');
const html = read('pane.html');
const seen = { asked: [], slept: [], told: [], formulas: [] };

class Element {
  constructor() { Object.assign(this, { hidden: false, value: '', checked: false, textContent: '', children: [], does: {} }); }
  addEventListener(name, does) { this.does[name] = does; }
  replaceChildren(...children) {
    this.children = children;
    if (children.length && 'selected' in children[0]) this.value = children[0].value;
  }
  get selectedOptions() { return this.children.filter((each) => each.selected); }
}
const elements = new Map([...html.matchAll(/ id="(\w+)"/g)].map(([, id]) => [id, new Element()]));
const meta = { content: /<meta name="api" content="([^"]+)">/.exec(html)[1] };

class Store {
  constructor(held) { this.held = new Map(Object.entries(held ?? {})); }
  getItem(name) { return this.held.get(name) ?? null; }
  setItem(name, value) { this.held.set(name, String(value)); }
  removeItem(name) { this.held.delete(name); }
}

const grid = new Map(); // of all sheets: sheet:row:column → value
class Range {
  constructor(sheet, row, column, rows = 1, columns = 1) { Object.assign(this, { sheet, row, column, rows, columns }); }
  getResizedRange(rows, columns) { return new Range(this.sheet, this.row, this.column, this.rows + rows, this.columns + columns); }
  getOffsetRange(rows, columns) { return new Range(this.sheet, this.row + rows, this.column + columns, this.rows, this.columns); }
  getCell(row, column) { return new Range(this.sheet, this.row + row, this.column + column); }
  fits(values) {
    if (values.length !== this.rows || values.some((row) => row.length !== this.columns)) throw new Error('other size');
  }
  set numberFormat(formats) { this.fits(formats); }
  set values(values) {
    this.fits(values);
    values.forEach((row, down) => row.forEach((value, along) => {
      if (typeof value === 'string' && value.startsWith('=')) seen.formulas.push(value);
      const held = typeof value === 'string' && value.startsWith("'") ? value.slice(1) : value;
      grid.set(`${this.sheet}:${this.row + down}:${this.column + along}`, held);
    }));
  }
  clear() {
    for (let down = 0; down < this.rows; down++) {
      for (let along = 0; along < this.columns; along++) grid.delete(`${this.sheet}:${this.row + down}:${this.column + along}`);
    }
  }
}
const tables = [];
class Table {
  constructor(range) { this.range = range; }
  load() {}
  get isNullObject() { return false; }
  getHeaderRowRange() { return new Range(this.range.sheet, this.range.row, this.range.column, 1, this.range.columns); }
  getDataBodyRange() { return new Range(this.range.sheet, this.range.row + 1, this.range.column, this.range.rows - 1, this.range.columns); }
  resize(range) { this.range = range; }
}
let sheets = 0;
const context = {
  sync: async () => {},
  workbook: {
    tables: {
      getItemOrNullObject: (name) => tables.find((each) => each.name === name) ?? { isNullObject: true, load() {} },
      add: (range) => (tables.push(new Table(range)), tables.at(-1)),
    },
    worksheets: { add: () => { const id = ++sheets; return { getRange: () => new Range(id, 0, 0), activate() {} }; } },
  },
};

const settings = new Map(Object.entries(saved ?? {}));
const local = new Store(kept);
let ready = null;
const world = createContext({
  document: { getElementById: (id) => elements.get(id), querySelector: () => meta, createElement: () => new Element() },
  Option: function Option(text, value) { Object.assign(this, { text, value, selected: false }); },
  window: {},
  navigator: {},
  localStorage: local,
  sessionStorage: new Store(),
  setTimeout: (done, milliseconds) => { seen.slept.push(milliseconds / 1000); done(); },
  fetch: async (address, options) => {
    seen.asked.push({ address, ...options });
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (!reply) throw new TypeError('Failed to fetch');
    const of = reply.by ? reply.by[new URL(address).pathname] : reply;
    return {
      ok: (of.status ?? 200) < 300,
      status: of.status ?? 200,
      json: async () => of.body,
      headers: { get: (name) => (name === 'Retry-After' ? of.wait ?? null : null) },
    };
  },
  Office: {
    onReady: (does) => { ready = does; },
    context: { document: { settings: {
      get: (name) => settings.get(name) ?? null,
      set: (name, value) => settings.set(name, value),
      saveAsync: (done) => done({ status: 'succeeded' }),
    } } },
  },
  Excel: { run: async (does) => does(context) },
});

(async () => {
  for (const name of ['answers.js', 'writing.js', 'pane.js']) runInContext(read(name), world, { filename: name });
  ready();
  const settle = () => new Promise((done) => setImmediate(() => setImmediate(done)));
  for (let turn = 0; turn < 5; turn++) await settle();
  for (const [what, id, value] of steps) {
    const element = elements.get(id);
    if (what === 'type') element.value = value;
    if (what === 'check') element.checked = true;
    if (what === 'choose') element.children.forEach((each) => { each.selected = value.includes(each.value); });
    if (what === 'click') element.does.click();
    if (what === 'reply') replies.splice(0, replies.length, ...value);
    for (let turn = 0; turn < 50; turn++) await settle();
    seen.told.push(elements.get('told').textContent);
  }
  process.stdout.write(JSON.stringify({
    ...seen,
    grid: Object.fromEntries(grid),
    tables: tables.map((each) => [each.name, each.range.rows, each.range.columns]),
    settings: Object.fromEntries(settings),
    kept: Object.fromEntries(local.held),
    hidden: Object.fromEntries([...elements].map(([id, each]) => [id, each.hidden])),
    listed: elements.get('kept').children.map((each) => each.textContent),
    marts: elements.get('mart').children.map((each) => each.value),
  }));
})();
