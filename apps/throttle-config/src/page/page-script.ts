import { draftScript } from './draft-script.js';
import { liveScript } from './live-script.js';
import { shadowScript } from './shadow-script.js';

/**
 * The script of the page, served unchanged. It is a string and not a separate file because the compiler copies only
 * TypeScript files, and images contain only its output. The page works without the script.
 */
export const pageScript = `'use strict';

const byId = (id) => document.getElementById(id);

async function fetchPart(path, options) {
  const answer = await fetch(path, { cache: 'no-store', ...options });
  if (!answer.ok) throw new Error('status ' + answer.status);
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}
${liveScript}${draftScript}${shadowScript}`;
