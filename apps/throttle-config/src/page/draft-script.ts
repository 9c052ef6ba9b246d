/** The part of the script that checks the draft while it is typed, and tries it. */
export const draftScript = String.raw`
const checkAfterMs = 400;
const form = byId('trial');
const draft = byId('ruleset');
const gutter = byId('gutter');
let checkTimer;
let checking = new AbortController();

/** The number of every line, next to the text field; those with errors are marked. */
function numberLines() {
  const broken = new Set(
    [...byId('draft-result').querySelectorAll('.error [data-line]')].map(({ dataset }) => +dataset.line),
  );
  const lines = draft.value.split('\n').map((_, index) => {
    const line = document.createElement(broken.has(index + 1) ? 'b' : 'span');
    line.textContent = index + 1;
    return line;
  });
  gutter.replaceChildren(...lines);
  gutter.scrollTop = draft.scrollTop;
}

function checkSoon() {
  numberLines();
  checking.abort();
  clearTimeout(checkTimer);
  checkTimer = setTimeout(check, checkAfterMs);
}

async function check() {
  checking = new AbortController();
  const { signal } = checking;
  const body = new URLSearchParams({ ruleset: draft.value });
  try {
    const fresh = await fetchPart('/page/check', { method: 'POST', body, signal });
    byId('draft-result').replaceWith(fresh.getElementById('draft-result'));
    byId('publish').replaceWith(fresh.getElementById('publish'));
    say(fresh.getElementById('draft-news').textContent);
  } catch (error) {
    if (signal.aborted) return;
    say('The draft cannot be checked now (' + error.message + ').');
  }
  numberLines();
}

/** The same sentence is not announced again. */
function say(sentence) {
  if (byId('draft-news').textContent !== sentence) byId('draft-news').textContent = sentence;
}

function moveTo(line, column) {
  const before = draft.value.split('\n').slice(0, line - 1);
  const at = before.reduce((length, text) => length + text.length + 1, 0) + column - 1;
  draft.focus();
  draft.setSelectionRange(at, at);
  const lineHeight = draft.scrollHeight / draft.value.split('\n').length;
  draft.scrollTop = Math.max(0, (line - 4) * lineHeight);
}

async function loadLive() {
  if (draft.value.trim() !== '' && !confirm('Replace the draft by the live rules?')) return;
  try {
    const answer = await fetch('/page/ruleset.yaml', { cache: 'no-store' });
    if (!answer.ok) throw new Error('status ' + answer.status);
    draft.value = await answer.text();
    draft.focus();
    draft.setSelectionRange(0, 0);
    draft.scrollTop = 0;
    checkSoon();
  } catch (error) {
    say('The live rules cannot be loaded (' + error.message + ').');
  }
}

async function tryReport() {
  const result = byId('result');
  try {
    const body = new URLSearchParams(new FormData(form));
    const fresh = await fetchPart('/page/try', { method: 'POST', body });
    result.replaceChildren(...fresh.body.childNodes);
    byId('verdict').focus();
  } catch (error) {
    result.textContent = 'throttle-config does not answer (' + error.message + ').';
  }
}

async function compare(button) {
  const result = byId('compared');
  try {
    const body = new URLSearchParams(new FormData(form));
    const fresh = await fetchPart('/page/compare', { method: 'POST', body });
    result.replaceChildren(...fresh.getElementById('answer').childNodes);
    (byId('differences') ?? button).focus();
  } catch (error) {
    result.textContent = 'throttle-config does not answer (' + error.message + ').';
  }
}

form.addEventListener('submit', (event) => {
  const id = event.submitter?.id ?? 'send';
  const action = { load: loadLive, send: tryReport, compare }[id];
  if (!action) return;
  event.preventDefault();
  void action(event.submitter);
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-line]');
  if (!link) return;
  event.preventDefault();
  moveTo(+link.dataset.line, +link.dataset.column);
});

draft.addEventListener('input', checkSoon);
draft.addEventListener('scroll', () => (gutter.scrollTop = draft.scrollTop));
numberLines();
if (draft.value.trim() !== '') checkSoon();
`;
