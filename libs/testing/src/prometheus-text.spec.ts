import { describe, expect, it } from '@jest/globals';
import { parsePrometheusText } from './prometheus-text.js';

describe('parsePrometheusText', () => {
  it('reads families with their samples', () => {
    const text =
      '# HELP a_total What.\n# TYPE a_total counter\na_total{rule="x\\"y",to="b"} 3\na_total 1.5e3\n' +
      '# HELP h Other.\n# TYPE h histogram\nh_count 1\nh_sum 2\nh_bucket{le="+Inf"} 1\n';
    const families = parsePrometheusText(text);

    expect(families.get('a_total')).toEqual({
      type: 'counter',
      help: 'What.',
      samples: [
        { name: 'a_total', labels: { rule: 'x"y', to: 'b' }, value: 3 },
        { name: 'a_total', labels: {}, value: 1500 },
      ],
    });
    expect(families.get('h')?.samples).toHaveLength(3);
  });

  it.each([
    ['# TYPE a counter\nb 1', 'not of the family'],
    ['# TYPE a counter\na_sum 1', 'not of the family'],
    ['# TYPE a counter\na 1\na 2', 'a second sample'],
    ['# TYPE a counter\n# TYPE a counter', 'a second family'],
    ['# TYPE a counter\na{b} 1', 'not labels'],
    ['# TYPE a counter\na one', 'not a sample'],
    ['# TYPE a counter\na{b="c} 1', 'not labels'],
  ])('refuses %j: %s', (text, problem) => {
    expect(() => parsePrometheusText(text)).toThrow(problem);
  });
});
