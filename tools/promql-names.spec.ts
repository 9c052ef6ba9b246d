import { describe, expect, it } from '@jest/globals';

import { promqlNames } from './promql-names.js';

describe('the names in a PromQL expression', () => {
  it('are metrics with their label matchers, and grouping labels', () => {
    const expression =
      'histogram_quantile(0.95, sum by (le, pod) (rate(a_bucket{x=~"1|2",y!="}"}[5m] offset 1h))) > 0.5e3 and on (z) b';
    expect(promqlNames(expression)).toEqual({
      selectors: [
        {
          metric: 'a_bucket',
          matchers: [
            ['x', '1|2'],
            ['y', '}'],
          ],
        },
        { metric: 'b', matchers: [] },
      ],
      grouping: ['le', 'pod', 'z'],
    });
  });

  it.each([
    'a or b',
    'a{}/b',
    '(a unless b)',
    'topk(5, a) - vector(0) * ignoring (c) group_left () b',
  ])('are a and b in %s', (expression) => {
    expect(promqlNames(expression).selectors.map(({ metric }) => metric)).toEqual(['a', 'b']);
  });

  it('are refused with a SyntaxError if a bracket is not closed', () => {
    expect(() => promqlNames('sum(a{b="c")')).toThrow(SyntaxError);
  });
});
