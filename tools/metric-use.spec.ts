import { describe, expect, it } from '@jest/globals';

import { unknownNames } from './metric-use.js';

describe('unknownNames', () => {
  it.each([
    ['antenna_ingest_outcome_total', 'no metric antenna_ingest_outcome_total'],
    [
      'antenna_ingest_outcomes_total{result="accepted"}',
      'antenna_ingest_outcomes_total has no label result',
    ],
    [
      'antenna_ingest_outcomes_total{outcome=~"accepted|lost"}',
      'antenna_ingest_outcomes_total has no outcome lost',
    ],
    ['sum by (rule) (antenna_spool_depth)', 'no label rule'],
    ['antenna_spool_write_duration_bucket', 'no metric antenna_spool_write_duration_bucket'],
  ])('finds the unknown name in %s', (expression, problem) => {
    expect(unknownNames(expression)).toEqual([problem]);
  });

  it('returns nothing for a query of existing metrics and labels', () => {
    const expression =
      'sum by (pod, le) (antenna_spool_write_duration_seconds_bucket{namespace="x"}) or antenna_throttle_rules_total{rule="any"}';
    expect(unknownNames(expression)).toEqual([]);
  });
});
