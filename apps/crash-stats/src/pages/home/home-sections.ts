import { type Html, html } from '#antenna/web-page';
import { count, day, signatureLink } from '../../layout/format.js';
import { sparkLine } from '../../layout/spark-line.js';
import { table } from '../../layout/table.js';
import type { ProductCounts } from '../../statistics/products.js';
import {
  leastRisingCount,
  leastRisingScore,
  type RisingSignature,
} from '../../statistics/rising.js';

export function productsSection(products: readonly ProductCounts[]): Html {
  return html`<section class="captioned" aria-labelledby="products">
    <h2 id="products">Products</h2>
    ${table(
      'Crashes a day of each product',
      [
        { title: 'Product' },
        { title: 'A day, 7 days', isNumeric: true },
        { title: 'A day, 28 days', isNumeric: true },
        { title: 'In 28 days', isNumeric: true },
        { title: 'By day' },
      ],
      products.map((one) => [
        html`<a href="/top?${new URLSearchParams({ product: one.product }).toString()}"
          >${one.product}</a
        >`,
        rate(one.perDay7),
        rate(one.perDay28),
        count(one.count),
        sparkLine(one.bars, 'Crashes by day'),
      ]),
    )}
  </section>`;
}

export function risingSection(rising: readonly RisingSignature[]): Html {
  return html`<section class="captioned" aria-labelledby="rising">
    <h2 id="rising">Rising signatures</h2>
    <p class="faint">
      New ones first. The score is the difference between the last 7 days and the 7 before, divided
      by the square root of their sum: how far it is beyond chance. Shown from ${leastRisingCount}
      crashes and a score of ${leastRisingScore}.
    </p>
    ${rising.length === 0 ? html`<p>No signature rises.</p>` : risingTable(rising)}
  </section>`;
}

function risingTable(rising: readonly RisingSignature[]): Html {
  const period = new URLSearchParams({ days: '14' });
  return table(
    'Signatures that rise',
    [
      { title: 'Signature' },
      { title: 'Product' },
      { title: '7 days', isNumeric: true },
      { title: '7 before', isNumeric: true },
      { title: 'Score', isNumeric: true },
      { title: 'First seen' },
      { title: 'By day' },
    ],
    rising.map((one) => [
      html`${signatureLink(one.signature, period)}
      ${one.isNew ? html`<b class="worse">new</b>` : ''}`,
      one.product ?? '—',
      count(one.count),
      count(one.countBefore),
      one.score.toFixed(1),
      day(one.firstSeen),
      sparkLine(one.bars, 'Crashes by day'),
    ]),
  );
}

function rate(perDay: number): string {
  return perDay < 10 ? perDay.toFixed(1) : count(Math.round(perDay));
}
