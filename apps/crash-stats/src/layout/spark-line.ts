import { type Html, html } from '#antenna/web-page';

const height = 20;
const barWidth = 4;

/**
 * Bars for the counts of parts of equal length.
 * @param label what they count, for those who do not see it: the counts are added
 */
export function sparkLine(counts: readonly number[], label: string): Html {
  const max = Math.max(1, ...counts);
  const bars = counts.map((count, index) => {
    const barHeight = Math.round((count / max) * height * 10) / 10;
    return count > 0 ? `M${index * barWidth} ${height}v-${barHeight}h3v${barHeight}z` : '';
  });
  const words = `${label}: ${counts.join(', ')}`;
  return html`<svg
    class="spark"
    viewBox="0 0 ${counts.length * barWidth} ${height}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${words}"
  >
    <title>${words}</title>
    <path d="${bars.join('')}" />
  </svg>`;
}
