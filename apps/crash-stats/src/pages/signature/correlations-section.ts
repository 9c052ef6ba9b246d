import { crashFields } from '#antenna/crash-index';
import { type Html, html } from '#antenna/web-page';
import { count, crashes, percent } from '../../layout/format.js';
import { table } from '../../layout/table.js';
import {
  type Correlations,
  leastDifference,
  leastSignificance,
  leastSupport,
} from '../../statistics/correlations.js';
import type { SignatureReport } from '../../statistics/signature-report.js';
import { shareBar } from '../charts.js';

/** What crashes of the signature have more often than others, and by which rule. */
export function correlationsSection(report: SignatureReport): Html {
  const { comparedProduct: product, annotations, modules } = report;
  const compared = html`<p class="faint">
      What crashes with this signature have more often than other crashes of
      <b>${product}</b> in the same period, in random samples: at least ${leastSupport} crashes, a
      share that is at least ${leastDifference * 100} points higher, and ${leastSignificance}
      standard errors.
    </p>
    ${correlationTable('Annotations and system', annotations)}
    ${correlationTable(`Modules on ${modules.os ?? 'unknown systems'}`, modules)}`;
  return html`<section aria-labelledby="correlations">
    <h2 id="correlations">Correlations</h2>
    ${
      product === undefined
        ? html`<p>These crashes name no product, so there is nothing to compare them with.</p>`
        : compared
    }
  </section>`;
}

function correlationTable(title: string, { found, sample, rest }: Correlations): Html {
  if (found.length === 0) {
    const none = sample * rest === 0 ? 'nothing to compare' : 'nothing differs enough';
    return html`<p>${title}: ${none} (${crashes(sample)}, ${count(rest)} others).</p>`;
  }
  return table(
    title,
    [
      { title: 'Value', isHeading: true },
      { title: 'Field' },
      { title: `In ${count(sample)} crashes` },
      { title: `In ${count(rest)} others` },
      { title: 'Lift', isNumeric: true },
    ],
    found.map((one) => [
      html`<code>${one.value}</code>`,
      crashFields[one.field].title,
      share(one.support, sample),
      share(one.supportInRest, rest),
      one.lift === null ? 'only here' : `× ${one.lift.toFixed(1)}`,
    ]),
  );
}

function share(support: number, size: number): Html {
  return html`${shareBar(support / size)} ${percent(support, size)} (${count(support)})`;
}
