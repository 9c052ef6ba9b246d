import { describe, expect, it } from '@jest/globals';
import { free } from './index.js';

describe('freeing bytes', () => {
  it('gives back memory that is theirs alone', () => {
    const bytes = Buffer.allocUnsafeSlow(1024);
    free(bytes);
    expect(bytes).toHaveLength(0);
  });

  it('leaves the memory of other bytes alone', () => {
    const whole = Buffer.alloc(16, 'a');
    const part = whole.subarray(0, 8);
    free(part);
    expect([whole.toString(), part.toString()]).toEqual(['a'.repeat(16), 'a'.repeat(8)]);
  });
});
