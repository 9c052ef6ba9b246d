import { describe, expect, it } from '@jest/globals';

import { callsText, spread } from './columns.js';

describe('callsText', () => {
  it('lists medians, the most frequent first, without rare calls', () => {
    const runs = [
      { PutObject: 1, SendMessageBatch: 0.1, GetQueueUrl: 0.001 },
      { PutObject: 1, SendMessageBatch: 0.3 },
      { PutObject: 4, SendMessageBatch: 0.2 },
    ];
    expect(callsText(runs)).toBe('1.00 PutObject, 0.20 SendMessageBatch');
  });

  it('lists nothing without calls', () => {
    expect(callsText([{}])).toBe('');
  });
});

it('formats a spread with the given number of digits', () => {
  expect(spread({ min: 1.26, median: 2, max: 3 }, 1)).toBe('1.3 / 2.0 / 3.0');
});
