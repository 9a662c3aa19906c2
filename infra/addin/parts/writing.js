// Writes an answer into a table of the workbook, and remembers with the workbook which question it answers.
'use strict';

const BLOCK = 5000; // rows that are sent to Excel at once
const KEPT = 'tributary questions';

// The table of this name is filled anew where it is; a new one gets a sheet. Formulas that name it go on.
async function fill(excel, name, { head, formats, rows }) {
  await excel.run(async (context) => {
    let table = context.workbook.tables.getItemOrNullObject(name);
    table.load('isNullObject');
    await context.sync();
    const count = Math.max(rows.length, 1);
    if (table.isNullObject) {
      const sheet = context.workbook.worksheets.add();
      table = context.workbook.tables.add(sheet.getRange('A1').getResizedRange(count, head.length - 1), true);
      table.name = name;
      sheet.activate();
    } else {
      const body = table.getDataBodyRange();
      body.clear('Contents');
      table.resize(table.getHeaderRowRange().getCell(0, 0).getResizedRange(count, head.length - 1));
    }
    const first = table.getHeaderRowRange().getCell(0, 0);
    const top = first.getResizedRange(0, head.length - 1);
    top.numberFormat = [head.map(() => '@')];
    top.values = [head];
    for (let done = 0; done < rows.length; done += BLOCK) {
      const some = rows.slice(done, done + BLOCK);
      const range = first.getOffsetRange(done + 1, 0).getResizedRange(some.length - 1, head.length - 1);
      range.numberFormat = some.map(() => formats);
      range.values = some;
      await context.sync();
    }
    await context.sync();
  });
}

// The questions of this workbook: they travel with it, and no key does.
function remembered(settings) {
  return settings.get(KEPT) || [];
}

function remember(settings, asked) {
  settings.set(KEPT, [...remembered(settings).filter((each) => each.name !== asked.name), asked]);
  return new Promise((done, failed) => {
    settings.saveAsync((result) => (result.status === 'succeeded' ? done() : failed(new Error(result.error.message))));
  });
}

function newName(settings) {
  const taken = new Set(remembered(settings).map((each) => each.name));
  let number = 1;
  while (taken.has(`Tributary_${number}`)) number++;
  return `Tributary_${number}`;
}

if (typeof module !== 'undefined') module.exports = { fill, remember, remembered, newName };
