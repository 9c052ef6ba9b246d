import { type CrashQuery, queryParameters } from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';
import { count, crashes, day, percent, signatureLink } from '../../layout/format.js';
import { sparkLine } from '../../layout/spark-line.js';
import { table } from '../../layout/table.js';
import { barsOf } from '../../statistics/bars.js';
import { rankedBefore, type TopCrasher, type TopCrashers } from '../../statistics/top-crashers.js';

/** Each signature is a link to its page with the same query. */
export function topTable(top: TopCrashers, query: CrashQuery, now: number): Html {
  const { unit } = barsOf(query);
  const parameters = queryParameters(query, now);
  return table(
    `${crashes(top.total)} with ${count(top.signatureCount)} ${top.signatureCount === 1 ? 'signature' : 'signatures'}; ${top.totalBefore === 0 ? 'none' : crashes(top.totalBefore)} in the period before`,
    [
      { title: '#', isNumeric: true },
      { title: 'Signature', isHeading: true },
      { title: 'Crashes', isNumeric: true },
      { title: 'Share', isNumeric: true },
      { title: 'Change' },
      { title: 'First seen' },
      { title: `By ${unit}` },
    ],
    top.crashers.map((one) => [
      count(one.rank),
      signatureLink(one.signature, parameters),
      count(one.count),
      percent(one.count, top.total),
      top.totalBefore === 0 ? '—' : rankChange(one, query.since),
      day(one.firstSeen),
      sparkLine(one.bars, `Crashes by ${unit}`),
    ]),
  );
}

/** Against the period before, as a sign for the eye and in words for screen readers. */
function rankChange({ rank, rankBefore, firstSeen }: TopCrasher, since: number): Html {
  if (rankBefore === null) {
    return firstSeen >= since
      ? html`<b class="worse">new</b>`
      : html`<span class="worse" title="Not among the first ${count(rankedBefore)} before"
          >back</span
        >`;
  }
  const places = rankBefore - rank;
  if (places === 0) return signAndWords('—', 'same rank', 'same');
  return places > 0
    ? signAndWords(`▲${places}`, `up ${places}`, 'worse')
    : signAndWords(`▼${-places}`, `down ${-places}`, 'better');
}

function signAndWords(sign: string, words: string, style: string): Html {
  return html`<span class="${style}" aria-hidden="true">${sign}</span
    ><span class="unseen">${words}</span>`;
}
