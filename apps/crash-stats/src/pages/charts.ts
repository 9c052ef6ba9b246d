import { type Html, html } from '#antenna/web-page';

/** A bar for each value, with a text as its tooltip. It is for the eye only: show the values as a table, too. */
export function barChart(bars: readonly { readonly value: number; readonly text: string }[]): Html {
  const highest = Math.max(...bars.map(({ value }) => value), 1);
  return html`<svg
    class="chart"
    viewBox="0 0 ${bars.length * 10} 100"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${bars.map(({ value, text }, index) => {
      // A single crash can be seen beside thousands.
      const height = value > 0 ? Math.max(1, Math.round((value / highest) * 100)) : 0;
      return html`<g
        ><title>${text}</title>
        <rect class="back" x="${index * 10}" width="10" height="100" />
        <rect x="${index * 10 + 1}" y="${100 - height}" width="8" height="${height}"
      /></g>`;
    })}
  </svg>`;
}

/** A share from 0 to 1, beside its number. */
export function shareBar(share: number): Html {
  return html`<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="back" width="100" height="10" />
    <rect width="${(share * 100).toFixed(1)}" height="10" />
  </svg>`;
}
