import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { WaitingMessages } from './waiting-messages.js';

describe('waiting messages', () => {
  it('go oldest first', () => {
    const messages = new WaitingMessages();
    messages.add(10, 5);
    messages.add(20, 5);
    expect(messages.take(4)).toBe(4);
    expect(messages.oldestAge(30)).toBe(20);
    expect(messages.take(2)).toBe(2);
    expect(messages.oldestAge(30)).toBe(10);
    expect(messages.count).toBe(4);
  });

  it('have no age when there are none', () => {
    const messages = new WaitingMessages();
    messages.add(10, 0);
    expect(messages.take(3)).toBe(0);
    expect(messages.oldestAge(99)).toBe(0);
  });

  it('are as many as came and were not taken', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })),
      {
        minLength: 1,
        maxLength: 3000,
      },
    );
    fc.assert(
      fc.property(steps, (steps) => {
        const messages = new WaitingMessages();
        let expected = 0;
        steps.forEach(([came, wanted], second) => {
          messages.add(second, came);
          expected += came;
          expected -= messages.take(wanted);
          expect(messages.count).toBe(expected);
          expect(messages.oldestAge(second) > 0).toBe(expected > came);
        });
      }),
      { numRuns: 20 },
    );
  });
});
