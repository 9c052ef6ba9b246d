import { describe, expect, it } from '@jest/globals';

import { callsText, spread } from './columns.js';

describe('calls in words', () => {
  it('are medians, the most frequent first, without the rare ones', () => {
    const runs = [
      { PutObject: 1, SendMessageBatch: 0.1, GetQueueUrl: 0.001 },
      { PutObject: 1, SendMessageBatch: 0.3 },
      { PutObject: 4, SendMessageBatch: 0.2 },
    ];
    expect(callsText(runs)).toBe('1.00 PutObject, 0.20 SendMessageBatch');
  });

  it('are none where there were none', () => {
    expect(callsText([{}])).toBe('');
  });
});

it('a spread shows as many digits as asked for', () => {
  expect(spread({ min: 1.26, median: 2, max: 3 }, 1)).toBe('1.3 / 2.0 / 3.0');
});
