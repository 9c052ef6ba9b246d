import { structuredPatch } from 'diff';

import { type Html, html } from './html.js';

/** Of the lines around a change, this many are shown. */
const context = 2;
/** Documents that have almost nothing in common take long to compare. */
const timeout = 200;

/** The lines by which two documents differ; marked by a sign and not only by a colour. */
export function yamlDiff(before: string, after: string): Html {
  const patch = structuredPatch('', '', before, after, '', '', { context, timeout });
  if (!patch) return html`<p>They differ too much to show how.</p>`;
  if (patch.hunks.length === 0) return html`<p>There is no difference.</p>`;
  return html`<div class="diff" role="region" aria-label="Differences" tabindex="0">
    ${patch.hunks.map(
      ({ oldStart, lines }) =>
        html`<p>from line ${oldStart}:</p>
          <pre>${lines.map((line) => diffLine(line))}</pre>`,
    )}
  </div>`;
}

function diffLine(line: string): Html {
  const ended = `${line}\n`;
  if (line.startsWith('+')) return html`<ins>${ended}</ins>`;
  return line.startsWith('-') ? html`<del>${ended}</del>` : html`${ended}`;
}
