// Asks the API, and makes cells of what it tells. Knows neither the pane nor Excel.
'use strict';

const TRIES = 3;
const LONGEST_PAUSE = 60; // seconds
const PAGE = 10000; // rows of a call
const MOST_ROWS = 100000;
const AGAIN = [429, 502, 503, 504];
const FIRST_DAY = Date.UTC(1899, 11, 30); // of Excel's count of days

class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// `store` keeps the last answers, so that there is something to show without a network. No key is in it.
class Api {
  constructor(base, key, fetch, store, sleep) {
    Object.assign(this, { base, key, fetch, store, sleep });
  }

  workspaces() {
    return this.kept('workspaces', async () => (await this.call('GET', '/workspaces')).workspaces);
  }

  metrics() {
    return this.kept('metrics', async () => (await this.call('GET', '/metrics')).metrics);
  }

  // All rows of a question, page by page. Never fewer than there are: too many are refused.
  answer(workspace, question) {
    const name = `answer ${workspace} ${JSON.stringify(question)}`;
    return this.kept(name, async () => {
      const found = { columns: [], rows: [], published: null };
      let cursor = '';
      do {
        const asked = { ...question, limit: PAGE, ...(cursor ? { cursor } : {}) };
        const told = await this.call('POST', `/workspaces/${encodeURIComponent(workspace)}/data/query`, asked);
        found.columns = told.columns;
        found.published = told.published;
        found.rows.push(...told.rows);
        cursor = told.next;
        if (found.rows.length + (cursor ? 1 : 0) > MOST_ROWS) {
          throw new Refused(422, `These are more than ${MOST_ROWS} rows: ask for fewer days, or coarser ones.`);
        }
      } while (cursor);
      return found;
    });
  }

  // What was told last, where nothing can be asked: `since` says when that was. A refusal is no such case.
  async kept(name, ask) {
    try {
      const told = await ask();
      this.keep(name, { told, at: new Date().toISOString() });
      return { told, since: '' };
    } catch (error) {
      const last = error instanceof Refused ? null : this.store.getItem(`tributary ${name}`);
      if (!last) throw error;
      const { told, at } = JSON.parse(last);
      return { told, since: at };
    }
  }

  keep(name, what) {
    try {
      this.store.setItem(`tributary ${name}`, JSON.stringify(what));
    } catch (error) {
      // There is no room for it, which is no reason not to show it.
    }
  }

  async call(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      const reply = await this.fetch(`${this.base}/api/v1${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${this.key}`,
          Accept: 'application/json',
          ...(body ? { 'Content-Type': 'application/json' } : {}),
        },
        body: body ? JSON.stringify(body) : undefined,
        credentials: 'omit',
        redirect: 'error',
      });
      if (reply.ok) return reply.json();
      if (!AGAIN.includes(reply.status) || attempt === TRIES) throw new Refused(reply.status, await sentence(reply));
      const told = Number(reply.headers.get('Retry-After')) || 0;
      await this.sleep(1000 * Math.min(Math.max(told, 2 ** attempt), LONGEST_PAUSE));
    }
  }
}

async function sentence(reply) {
  try {
    return (await reply.json()).error.message;
  } catch (error) {
    return `The server answered ${reply.status}.`;
  }
}

// Headings, formats and values as Excel takes them: a text stays one, whatever it begins with.
function cells(answer) {
  return {
    head: answer.columns.map((column) => asText(column.name)),
    formats: answer.columns.map(formatOf),
    rows: answer.rows.map((row) => answer.columns.map((column) => typed(row[column.name], column.kind))),
  };
}

function formatOf(column) {
  if (column.kind === 'text') return '@';
  if (column.kind === 'date') return 'yyyy-mm-dd';
  if (column.kind === 'time') return 'yyyy-mm-dd hh:mm:ss';
  if (column.unit === 'money') return '#,##0.00';
  if (column.unit === 'rate') return '0.00%';
  return column.kind === 'int' ? '#,##0' : 'General';
}

function typed(value, kind) {
  if (value === null || value === undefined) return '';
  if (kind === 'date') return onDay(value, `${value}T00:00:00Z`);
  if (kind === 'time') return onDay(value, value);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) >= 1e15 ? `'${value}` : value;
  return typeof value === 'boolean' ? value : asText(String(value));
}

// Excel's calendar is wrong before March 1900.
function onDay(value, moment) {
  return value >= '1900-03-01' ? (Date.parse(moment) - FIRST_DAY) / 86400000 : `'${value}`;
}

// What comes behind this mark is a text; the mark itself is not shown.
function asText(text) {
  return text === '' ? '' : `'${text}`;
}

if (typeof module !== 'undefined') module.exports = { Api, Refused, cells };
