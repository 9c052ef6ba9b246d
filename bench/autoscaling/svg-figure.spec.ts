import { describe, expect, it } from '@jest/globals';

import { figureSvg } from './svg-figure.js';
import { niceCeiling } from './svg-panel.js';

describe('a figure', () => {
  const values = Array.from({ length: 86_400 }, (_, second) => (second === 40_000 ? 70 : 3));
  const svg = figureSvg({
    title: 'Pods & messages',
    description: 'One curve, below <100>.',
    panels: [
      { title: 'Age', unit: ' s', values, line: 'slopes', limit: { value: 60, label: 'a minute' } },
    ],
  });

  it('tells those who cannot see it what it shows', () => {
    expect(svg).toContain('role="img" aria-labelledby="title description"');
    expect(svg).toContain('<title id="title">Pods &amp; messages</title>');
    expect(svg).toContain('<desc id="description">One curve, below &lt;100>.</desc>');
  });

  it('has colours for dark grounds', () => {
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('draws a peak of a single second', () => {
    const line = /class="line" d="([^"]+)"/.exec(svg)?.[1] ?? '';
    const heights = [...line.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));
    expect(heights).toHaveLength(480);
    // The scale ends at 100: the panel is 110 high and begins 64 from the top.
    expect(Math.min(...heights)).toBeCloseTo(64 + 110 * 0.3, 0);
    expect(heights.filter((height) => height < 150)).toHaveLength(1);
  });
});

describe('the end of a scale', () => {
  it.each([
    [0, 1],
    [0.2, 0.2],
    [3, 5],
    [21, 25],
    [60, 100],
    [4500, 5000],
  ])('for %d is %d', (value, expected) => {
    expect(niceCeiling(value)).toBeCloseTo(expected, 9);
  });
});
