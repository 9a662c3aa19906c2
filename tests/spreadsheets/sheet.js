// A Google Sheet in memory, for a script of ours: `node sheet.js script.gs plan.json` runs it, and says what came of it.
// It takes texts as Google does: one that begins with = is a formula, and an apostrophe before it makes it a text.
const { readFileSync } = require('node:fs');
const { runInNewContext } = require('node:vm');

const [, , script, plan] = process.argv;
const { replies, kept, calls } = JSON.parse(readFileSync(plan, 'utf8'));
const seen = { fetched: [], slept: [], formulas: [], formats: {}, triggers: [], menu: [], errors: [] };
const store = new Map(Object.entries(kept));
const sheets = new Map();

class Range {
  constructor(sheet, row, column, rows, columns) {
    Object.assign(this, { sheet, row, column, rows, columns });
  }
  setNumberFormat(format) {
    for (let at = 0; at < this.columns; at++) seen.formats[`${this.row}:${this.column + at}`] = format;
    return this;
  }
  setValues(values) {
    if (values.length !== this.rows || values.some((row) => row.length !== this.columns)) throw new Error('other size');
    if (this.row + this.rows - 1 > this.sheet.rows || this.column + this.columns - 1 > this.sheet.columns) {
      throw new Error('out of the sheet');
    }
    values.forEach((row, down) => row.forEach((value, along) => this.sheet.put(this.row + down, this.column + along, value)));
    return this;
  }
}

class Sheet {
  constructor() {
    Object.assign(this, { rows: 3, columns: 2, cells: {} });
  }
  put(row, column, value) {
    let held = value;
    if (typeof value === 'string' && value.startsWith("'")) held = value.slice(1);
    else if (typeof value === 'string' && value.startsWith('=')) seen.formulas.push(value);
    else if (typeof value === 'string' && value !== '') throw new Error('Google would look for a number or a day in it');
    if (value === '') delete this.cells[`${row}:${column}`];
    else this.cells[`${row}:${column}`] = held;
  }
  getMaxRows() { return this.rows; }
  getMaxColumns() { return this.columns; }
  insertRowsAfter(_, many) { this.rows += many; }
  insertColumnsAfter(_, many) { this.columns += many; }
  clearContents() { this.cells = {}; }
  getRange(row, column, rows, columns) { return new Range(this, row, column, rows, columns); }
  setFrozenRows() {}
}

const menu = { createMenu: () => menu, addItem: (_, does) => (seen.menu.push(does), menu), addToUi: () => {} };
const properties = {
  getProperty: (name) => store.get(name) ?? null,
  setProperty: (name, value) => store.set(name, value),
  deleteProperty: (name) => store.delete(name),
};
const trigger = (does) => ({ timeBased: () => ({ everyHours: () => ({ create: () => seen.triggers.push(does) }) }) });
const world = {
  SpreadsheetApp: {
    getUi: () => ({
      ...menu,
      ButtonSet: { OK_CANCEL: 1 },
      Button: { OK: 'ok' },
      prompt: () => ({ getResponseText: () => ' trib_feed_typed ', getSelectedButton: () => 'ok' }),
    }),
    getActiveSpreadsheet: () => ({
      getSheetByName: (name) => sheets.get(name) ?? null,
      insertSheet: (name) => (sheets.set(name, new Sheet()), sheets.get(name)),
    }),
  },
  PropertiesService: { getUserProperties: () => properties },
  ScriptApp: {
    getProjectTriggers: () => seen.triggers.map((does) => ({ getHandlerFunction: () => does })),
    newTrigger: trigger,
  },
  UrlFetchApp: {
    fetch(address, options) {
      seen.fetched.push({ address, options });
      const reply = replies.shift();
      if (reply === null) throw new Error('Address unavailable');
      return {
        getResponseCode: () => reply.status,
        getContentText: () => reply.body ?? '',
        getHeaders: () => (reply.wait ? { 'Retry-After': reply.wait } : {}),
      };
    },
  },
  Utilities: { sleep: (milliseconds) => seen.slept.push(milliseconds / 1000) },
};

runInNewContext(readFileSync(script, 'utf8') + '\n;globalThis.run = (name) => eval(name)();', world);
for (const call of calls) {
  try {
    world.run(call);
  } catch (error) {
    seen.errors.push(error.message);
  }
}
const cells = Object.fromEntries([...sheets].map(([name, sheet]) => [name, sheet.cells]));
process.stdout.write(JSON.stringify({ ...seen, cells, kept: Object.fromEntries(store) }));
