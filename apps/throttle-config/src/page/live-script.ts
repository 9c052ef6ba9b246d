/** The part of the script that keeps the live section up to date. */
export const liveScript = String.raw`
const refreshMs = 2000;

async function refresh() {
  if (document.hidden) return;
  const fresh = await fetchPart('/page/live' + location.search);
  announce(byId('live').dataset, fresh.getElementById('live').dataset);
  update(byId('live'), fresh.getElementById('live'));
  for (const id of ['shadow-run', 'past']) update(byId(id), fresh.getElementById(id));
}

/** Changes only what differs, so that focus, selection, scroll positions and unfolded parts stay. */
function update(node, fresh) {
  if (node.isEqualNode(fresh)) return;
  // The script writes into them.
  if (node.id === 'shadow-news' || node.id === 'compared') return;
  if (node.nodeName !== fresh.nodeName || (node.id ?? '') !== (fresh.id ?? '')) {
    node.replaceWith(fresh);
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) {
    node.nodeValue = fresh.nodeValue;
    return;
  }
  const kept = node.nodeName === 'DETAILS' ? ['open'] : [];
  for (const { name } of [...node.attributes])
    if (!fresh.hasAttribute(name) && !kept.includes(name)) node.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  updateChildren(node, fresh);
}

/** Children with an id are matched by it, so that the state of a rule follows it. */
function updateChildren(node, freshNode) {
  const part = hasText(node) || hasText(freshNode) ? 'childNodes' : 'children';
  const fresh = [...freshNode[part]];
  for (const child of [...node.children])
    if (child.id && !fresh.some(({ id }) => id === child.id)) child.remove();
  for (const [index, child] of fresh.entries()) {
    const there = node[part][index];
    const old = child.id ? [...node.children].find(({ id }) => id === child.id) : there;
    if (!old || (old.id && !child.id)) node.insertBefore(child, there ?? null);
    else {
      if (old !== there) node.insertBefore(old, there);
      update(old, child);
    }
  }
  while (node[part].length > fresh.length) node[part][node[part].length - 1].remove();
}

/** Otherwise, the space between its elements does not matter. */
function hasText(node) {
  return [...node.childNodes].some(({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim());
}

function announce(before, now) {
  if (now.revision !== before.revision)
    byId('news').textContent = 'Revision ' + now.revision + ' is now live.';
  else if (now.refused && now.refused !== before.refused)
    byId('news').textContent = 'An edit was refused.';
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

/** Without a reload, so that the draft stays. */
document.addEventListener('click', (event) => {
  const link = event.target.closest('.periods a');
  if (!link) return;
  event.preventDefault();
  history.replaceState(null, '', link.href);
  void refresh();
});

setTimeout(follow, refreshMs);
`;
