import type { RulesetDocument, ThrottleRule } from '#antenna/throttle';

import type { StatusAnswer } from '../api/status/status.dto.js';
import { type Html, html } from './html.js';
import { instancesSection } from './instances-section.js';
import { problemList } from './problem-list.js';
import { legend, verdictBar } from './verdict-bar.js';
import { counted, outcomeInWords, time } from './words.js';

/** The part that refreshes itself: the live rules, the refused edit, the verdicts and the ingest instances. */
export function liveSection(status: StatusAnswer, document: RulesetDocument): Html {
  const refusedAt = status.refused?.at ?? '';
  return html`<div id="live" data-revision="${status.live.revision}" data-refused="${refusedAt}">
    ${summary(status)} ${notices(status)} ${rulesSection(status, document)}
    ${instancesSection(status)}
  </div>`;
}

/** Explains that the counts are incomplete, because a replica knows only its own instances. */
function partOfThisReplica({ instances }: StatusAnswer): Html {
  return html`<p>
    As reported to this replica by ${counted(instances.length, 'ingest instance')}; with several
    replicas, each one shows only its own instances and their counts.
  </p>`;
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

function rulesSection(status: StatusAnswer, { rules }: RulesetDocument): Html {
  const { verdicts, verdictMinutes } = status;
  const counts = new Map(verdicts.map(({ rule, counts }) => [rule, counts]));
  const totals = verdicts.map(({ counts }) => Object.values(counts).reduce((sum, n) => sum + n, 0));
  const busiest = Math.max(1, ...totals);
  const noMatch = counts.get('NO_MATCH');
  return html`<section aria-labelledby="rules">
    <h2 id="rules">Rules, in order</h2>
    <p>The first rule that matches a report decides; <i>continue</i> passes it to the next rule.</p>
    ${partOfThisReplica(status)} ${legend()}
    <div class="wide" role="region" aria-label="Table of the rules" tabindex="0">
      <table>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Rule</th>
            <th scope="col">Outcome</th>
            <th scope="col">In the last ${verdictMinutes} minutes</th>
          </tr>
        </thead>
        <tbody>
          ${rules.map((rule, index) => ruleRow(rule, index, verdictBar(counts.get(rule.name) ?? {}, busiest)))}
          ${
            noMatch &&
            html`<tr>
              <td></td>
              <th scope="row">
                NO_MATCH
                <p>No rule matched</p>
              </th>
              <td>reject</td>
              <td>${verdictBar(noMatch, busiest)}</td>
            </tr>`
          }
        </tbody>
      </table>
    </div>
  </section>`;
}

function ruleRow(rule: ThrottleRule, index: number, bar: Html): Html {
  return html`<tr>
    <td>${index + 1}</td>
    <th scope="row">
      ${rule.name} ${rule.description === undefined ? '' : html`<p>${rule.description}</p>`}
      <code class="match">${rule.match}</code>
    </th>
    <td>${outcomeInWords(rule)}</td>
    <td>${bar}</td>
  </tr> `;
}
