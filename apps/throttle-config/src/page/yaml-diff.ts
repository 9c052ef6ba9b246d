import { html, type Html } from '#antenna/web-page';

import { rulesetDiff } from '../history/ruleset-diff.js';

/** The lines by which two documents differ. */
export function yamlDiff(before: string, after: string): Html {
  const diff = rulesetDiff({ name: '', ruleset: before }, { name: '', ruleset: after });
  return diff === undefined ? html`<p>They differ too much to show how.</p>` : diffLines(diff);
}

/** A unified diff; its lines are marked by a sign and not only by a colour. */
export function diffLines(diff: string): Html {
  if (diff === '') return html`<p>There is no difference.</p>`;
  const [, ...parts] = diff.split(/^@@ -(\d+).*\n/m);
  const hunks = parts.flatMap((line, index) => {
    return index % 2 === 0 ? [{ line, lines: (parts[index + 1] ?? '').split(/(?<=\n)/) }] : [];
  });
  return html`<div class="diff" role="region" aria-label="Differences" tabindex="0">
    ${hunks.map(
      ({ line, lines }) =>
        html`<p>from line ${line}:</p>
          <pre>${lines.map((text) => diffLine(text))}</pre>`,
    )}
  </div>`;
}

function diffLine(line: string): Html {
  if (line.startsWith('+')) return html`<ins>${line}</ins>`;
  return line.startsWith('-') ? html`<del>${line}</del>` : html`${line}`;
}
