// Keeps the pane's own files and Office's script, so that the pane opens without a network. Answers are kept elsewhere.
'use strict';

const CACHE = 'tributary %VERSION%';
const OURS = ['pane.html', 'pane.css', 'pane.js', 'answers.js', 'writing.js', 'icon-32.png'];
const OFFICE = 'https://appsforoffice.microsoft.com';

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(OURS)).then(() => self.skipWaiting()));
});

self.addEventListener('activate', (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

// The network first, so that nobody is left with an old pane.
self.addEventListener('fetch', (event) => {
  const where = new URL(event.request.url);
  if (event.request.method !== 'GET' || ![self.location.origin, OFFICE].includes(where.origin)) return;
  event.respondWith(answered(event.request));
});

async function answered(request) {
  const cache = await caches.open(CACHE);
  try {
    const reply = await fetch(request);
    if (reply.ok || reply.type === 'opaque') await cache.put(request, reply.clone());
    return reply;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
