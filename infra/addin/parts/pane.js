// The pane: what is there, a question, a table. What it asks and writes with is in answers.js and writing.js.
'use strict';

const KEY = 'tributary key';
const at = (id) => document.getElementById(id);
let api = null;
let metrics = [];

function tell(text, wrong = false) {
  at('told').textContent = text;
  at('told').className = wrong ? 'wrong' : '';
}

function options(id, pairs) {
  at(id).replaceChildren(...pairs.map(([value, text]) => new Option(text, value)));
}

function chosen(id) {
  return [...at(id).selectedOptions].map((each) => each.value);
}

async function trying(work) {
  try {
    await work();
  } catch (error) {
    if (error.status === 401) forget();
    tell(error.message, true);
  }
}

function show(asking) {
  at('entering').hidden = asking;
  at('asking').hidden = !asking;
}

function forget() {
  localStorage.removeItem(KEY);
  sessionStorage.removeItem(KEY);
  api = null;
  show(false);
}

async function begin(key) {
  const base = document.querySelector('meta[name="api"]').content;
  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  api = new Api(base, key, fetch.bind(window), localStorage, sleep);
  const [workspaces, known] = await Promise.all([api.workspaces(), api.metrics()]);
  metrics = known.told;
  options('workspace', workspaces.told.map((each) => [each.id, each.name]));
  options('mart', [...new Set(metrics.map((each) => each.mart))].map((name) => [name, name.replaceAll('_', ' ')]));
  ofMart();
  list();
  show(true);
  tell(workspaces.since ? `There is no network; this is as of ${workspaces.since}.` : '');
}

function ofMart() {
  const here = metrics.filter((each) => each.mart === at('mart').value);
  options('metrics', here.map((each) => [each.name, `${each.name}: ${each.meaning}`]));
  options('dimensions', [...new Set(here.flatMap((each) => each.told_by))].map((name) => [name, name]));
}

function list() {
  const lines = remembered(Office.context.document.settings).map((each) => {
    const line = document.createElement('li');
    line.textContent = `${each.name}: ${each.question.metrics.join(', ')}`;
    return line;
  });
  at('kept').replaceChildren(...lines);
}

async function write(asked) {
  const { told, since } = await api.answer(asked.workspace, asked.question);
  await fill(Excel, asked.name, cells(told));
  const fresh = told.published ? `, as of ${told.published.as_of}` : '';
  tell(`${asked.name}: ${told.rows.length} rows${fresh}${since ? `; there is no network, so this was read ${since}` : ''}.`);
}

function asked(name) {
  const since = at('since').value;
  const until = at('until').value;
  const days = { ...(since ? { start_date: since } : {}), ...(until ? { end_date: until } : {}) };
  return {
    name,
    workspace: at('workspace').value,
    question: {
      mart: at('mart').value,
      metrics: chosen('metrics'),
      dimensions: chosen('dimensions'),
      aggregation: at('aggregation').value,
      date_range: days,
    },
  };
}

Office.onReady(() => {
  const settings = Office.context.document.settings;
  at('enter').addEventListener('click', () => trying(async () => {
    const key = at('key').value.trim();
    at('key').value = '';
    await begin(key);
    (at('keep').checked ? localStorage : sessionStorage).setItem(KEY, key);
  }));
  at('mart').addEventListener('change', ofMart);
  at('fill').addEventListener('click', () => trying(async () => {
    const wanted = asked(newName(settings));
    await write(wanted);
    await remember(settings, wanted);
    list();
  }));
  at('refresh').addEventListener('click', () => trying(async () => {
    for (const each of remembered(settings)) await write(each);
  }));
  at('forget').addEventListener('click', () => {
    forget();
    tell('');
  });
  if ('serviceWorker' in navigator) navigator.serviceWorker.register('offline.js').catch(() => {});
  const key = sessionStorage.getItem(KEY) || localStorage.getItem(KEY);
  if (key) trying(() => begin(key));
  else show(false);
});
