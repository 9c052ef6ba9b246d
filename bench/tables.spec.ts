import { describe, expect, it } from '@jest/globals';

import { callsLine, spread } from './tables.js';

describe('callsLine', () => {
  it('lists medians, the most frequent first, without rare calls', () => {
    const runs = [
      { PutObject: 1, SendMessageBatch: 0.1, GetQueueUrl: 0.001 },
      { PutObject: 1, SendMessageBatch: 0.3 },
      { PutObject: 4, SendMessageBatch: 0.2 },
    ];
    expect(callsLine(runs)).toBe(
      'Calls to S3 and SQS for each report: 1.00 PutObject, 0.20 SendMessageBatch',
    );
  });

  it('lists nothing without calls', () => {
    expect(callsLine([{}])).toBe('Calls to S3 and SQS for each report: ');
  });
});

it('formats a spread with the given number of digits', () => {
  expect(spread({ min: 1.26, median: 2, max: 3 }, 1)).toBe('1.3 / 2.0 / 3.0');
});
