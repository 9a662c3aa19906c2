const TRIES = 4;
const LONGEST_PAUSE = 60; // seconds
const BLOCK = 5000; // rows that are written at once
const AGAIN = [408, 429, 500, 502, 503, 504];
const FIRST_DAY = Date.UTC(1899, 11, 30); // of a spreadsheet's count of days

function onOpen() {
  SpreadsheetApp.getUi()
    .createMenu('Tributary')
    .addItem('Refresh', 'refreshFeed')
    .addItem('Enter the key ...', 'enterKey')
    .addItem('Forget the key', 'forgetKey')
    .addItem('Refresh every hour', 'refreshEveryHour')
    .addToUi();
}

// The key is kept for this person and this script only; whoever sees the sheet does not see it.
function enterKey() {
  const ui = SpreadsheetApp.getUi();
  const asked = ui.prompt('Tributary', 'The key of this feed (it begins with trib_feed_)', ui.ButtonSet.OK_CANCEL);
  const key = asked.getResponseText().trim();
  if (asked.getSelectedButton() !== ui.Button.OK || !key) return;
  PropertiesService.getUserProperties().setProperty(kept(), key);
  refreshFeed();
}

function forgetKey() {
  PropertiesService.getUserProperties().deleteProperty(kept());
}

function refreshEveryHour() {
  const known = ScriptApp.getProjectTriggers().some((each) => each.getHandlerFunction() === 'refreshFeed');
  if (!known) ScriptApp.newTrigger('refreshFeed').timeBased().everyHours(1).create();
}

function refreshFeed() {
  const key = PropertiesService.getUserProperties().getProperty(kept());
  if (!key) throw new Error('There is no key yet: Tributary, Enter the key ...');
  writeRows(splitRows(download(key)));
}

function kept() {
  return 'tributary ' + FEED.id;
}

// The answer as text. What may pass by itself is tried again, after as long as the server says.
function download(key) {
  let said = 'nothing';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    let pause = Math.pow(2, attempt);
    try {
      const answer = UrlFetchApp.fetch(FEED.address, {
        headers: { Authorization: 'Bearer ' + key, Accept: 'text/csv' },
        followRedirects: false,
        muteHttpExceptions: true,
      });
      const status = answer.getResponseCode();
      if (status === 200) return answer.getContentText('UTF-8');
      said = sentence(status, answer.getContentText('UTF-8'));
      if (status === 401) {
        forgetKey();
        said = 'the key is not known, or it has ended. Ask whoever made the feed for a new one.';
      }
      if (!AGAIN.includes(status)) throw new Refused(said);
      pause = Math.max(pause, Number(answer.getHeaders()['Retry-After']) || 0);
    } catch (error) {
      if (error instanceof Refused) throw new Error(FEED.name + ': ' + said);
      said = said === 'nothing' ? 'no answer came' : said;
    }
    if (attempt < TRIES) Utilities.sleep(1000 * Math.min(pause, LONGEST_PAUSE));
  }
  throw new Error(FEED.name + ': no rows came after ' + TRIES + ' tries: ' + said);
}

class Refused extends Error {}

// What the server says of why: the second row of its answer.
function sentence(status, text) {
  try {
    const rows = splitRows(text);
    if (rows[0][0] === 'code') return rows[1][1] + ' ' + rows[1][2];
  } catch (error) {
    // It is no table.
  }
  return 'the server answered ' + status;
}

// CSV as RFC 4180 has it. A cell without quotes in which nothing stands is null, and one of two quotes an empty text.
function splitRows(text) {
  const rows = [];
  let row = [];
  let position = 0;
  while (position < text.length) {
    let value;
    let end;
    if (text[position] === '"') {
      end = position;
      for (;;) {
        end = text.indexOf('"', end + 1);
        if (end < 0) throw new Error('the answer ends in the middle of a text');
        if (text[end + 1] !== '"') break;
        end++;
      }
      value = text.slice(position + 1, end).replace(/""/g, '"');
      end++;
    } else {
      end = position;
      while (end < text.length && text[end] !== ',' && text[end] !== '\r') end++;
      value = end > position ? text.slice(position, end) : null;
    }
    row.push(value);
    if (text[end] === ',') {
      position = end + 1;
      if (position === text.length) row.push(null);
    } else {
      position = end + 2;
      rows.push(row);
      row = [];
    }
  }
  if (row.length) rows.push(row);
  return rows;
}

// Only now is the sheet touched: an answer that did not come leaves the last one where it is.
function writeRows(rows) {
  if (!rows.length) throw new Error(FEED.name + ': the answer is empty');
  const book = SpreadsheetApp.getActiveSpreadsheet();
  const sheet = book.getSheetByName(FEED.sheet) || book.insertSheet(FEED.sheet);
  const columns = rows[0].map((name) => FEED.columns.find((each) => each.name === name) || { kind: 'text' });
  const values = rows.slice(1).map((row) => columns.map((column, place) => typed(row[place], column.kind)));
  const short = values.length + 1 - sheet.getMaxRows();
  if (short > 0) sheet.insertRowsAfter(sheet.getMaxRows(), short);
  const narrow = columns.length - sheet.getMaxColumns();
  if (narrow > 0) sheet.insertColumnsAfter(sheet.getMaxColumns(), narrow);
  sheet.clearContents();
  sheet.getRange(1, 1, 1, columns.length).setNumberFormat('General').setValues([rows[0].map(asText)]);
  if (!values.length) return;
  columns.forEach((column, place) => {
    sheet.getRange(2, place + 1, values.length, 1).setNumberFormat(column.format || 'General');
  });
  for (let first = 0; first < values.length; first += BLOCK) {
    const some = values.slice(first, first + BLOCK);
    sheet.getRange(first + 2, 1, some.length, columns.length).setValues(some);
  }
  sheet.setFrozenRows(1);
}

// A value of its kind. Days and moments are counted, so no time zone moves them.
function typed(said, kind) {
  if (said === null || said === undefined || said === '') return '';
  if (kind === 'int' || kind === 'float' || kind === 'money') {
    return /^-?\d{16,}$/.test(said) ? asText(said) : Number(said);
  }
  if (kind === 'bool') return said === 'true';
  if ((kind === 'date' || kind === 'time') && said >= '1900-01-01') {
    return (Date.parse(kind === 'date' ? said + 'T00:00:00Z' : said) - FIRST_DAY) / 86400000;
  }
  return asText(said);
}

// What comes behind this mark is a text, whatever it begins with; the mark itself is not shown.
function asText(said) {
  return "'" + said;
}
