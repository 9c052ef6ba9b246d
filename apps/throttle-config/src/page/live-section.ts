import type { RulesetDocument } from '#antenna/throttle';
import { html, type Html } from '#antenna/web-page';

import type { StatusAnswer } from '../api/status/status.dto.js';
import { instancesSection } from './instances-section.js';
import { listsSection } from './lists-section.js';
import { problemList } from './problem-list.js';
import { rulesSection } from './rules-section.js';
import { type Period, verdictCounts } from './verdict-counts.js';
import { counted, time } from './words.js';

/** The part that refreshes itself: the live rules, the refused edit, the verdicts and the ingest instances. */
export function liveSection(status: StatusAnswer, document: RulesetDocument, period: Period): Html {
  const refusedAt = status.refused?.at ?? '';
  return html`<div id="live" data-revision="${status.live.revision}" data-refused="${refusedAt}">
    ${summary(status)} ${notices(status)} ${rulesSection(document, verdictCounts(status, period))}
    ${listsSection(document)} ${instancesSection(status)}
  </div>`;
}

function summary({ live, source }: StatusAnswer): Html {
  return html`<p class="summary">
    Revision <code>${live.revision}</code> is live with ${counted(live.rules, 'rule')}, accepted at
    ${time(live.acceptedAt)}, from ${source.name}.
  </p>`;
}

function notices({ live, refused, source }: StatusAnswer): Html {
  const fallback = {
    source: undefined,
    cache: 'No valid rules have been read since the start. The last accepted rules are live.',
    bundled:
      'No valid rules have been read yet. This page shows the bundled rules; ingest keeps the rules that it has.',
  }[live.origin];
  return html`${fallback && html`<section class="notice error"><p>${fallback}</p></section>`}
  ${
    source.problem === undefined
      ? ''
      : html`<section class="notice error">
          <p>The rules cannot be read: ${source.problem}.</p>
        </section>`
  }
  ${
    refused &&
    html`<section class="notice error" aria-labelledby="refused">
      <h2 id="refused">The last edit was refused</h2>
      <p>At ${time(refused.at)}; the rules below stay live. Fix these errors:</p>
      ${problemList(refused.errors)}
    </section>`
  }
  ${
    live.warnings.length === 0
      ? ''
      : html`<section class="notice warning" aria-labelledby="warnings">
          <h2 id="warnings">Warnings about the live rules</h2>
          ${problemList(live.warnings)}
        </section>`
  }`;
}
