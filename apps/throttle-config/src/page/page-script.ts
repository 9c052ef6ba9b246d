/**
 * The script of the page, served unchanged. It is a string and not a separate file because the compiler copies only
 * TypeScript files, and images contain only its output. The page works without the script.
 */
export const pageScript = String.raw`'use strict';

const refreshMs = 2000;
const news = document.getElementById('news');

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch('/page/live', { cache: 'no-store' });
  if (!answer.ok) throw new Error('status ' + answer.status);
  const live = document.getElementById('live');
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById('live');
  if (!fresh || fresh.isEqualNode(live)) return;
  announce(live.dataset, fresh.dataset);
  replace(live, fresh);
}

/** Keeps the keyboard focus and the horizontal scroll position of the tables. */
function replace(live, fresh) {
  const tables = [...live.querySelectorAll('[role=region]')];
  const places = tables.map((table) => [table.getAttribute('aria-label'), table.scrollLeft]);
  const focused = tables[tables.indexOf(document.activeElement)]?.getAttribute('aria-label');
  live.replaceWith(fresh);
  for (const table of fresh.querySelectorAll('[role=region]')) {
    const label = table.getAttribute('aria-label');
    table.scrollLeft = places.find(([name]) => name === label)?.[1] ?? 0;
    if (label === focused) table.focus({ preventScroll: true });
  }
}

function announce(before, now) {
  if (now.revision !== before.revision) news.textContent = 'Revision ' + now.revision + ' is now live.';
  else if (now.refused && now.refused !== before.refused) news.textContent = 'An edit was refused.';
}

async function follow() {
  try {
    await refresh();
    document.body.classList.remove('stale');
  } catch {
    document.body.classList.add('stale');
  }
  setTimeout(follow, refreshMs);
}

document.getElementById('trial').addEventListener('submit', async (event) => {
  event.preventDefault();
  const result = document.getElementById('result');
  try {
    const answer = await fetch('/page/try', {
      method: 'POST',
      body: new URLSearchParams(new FormData(event.target)),
    });
    if (!answer.ok) throw new Error('status ' + answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    result.replaceChildren(...fresh.body.childNodes);
    document.getElementById('verdict').focus();
  } catch (error) {
    result.textContent = 'throttle-config does not answer (' + error.message + ').';
  }
});

setTimeout(follow, refreshMs);
`;
