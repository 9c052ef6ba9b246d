import { describe, expect, it } from '@jest/globals';

import { defaults, parseOptions } from './assumptions.js';

describe('parseOptions', () => {
  it('returns the documented assumptions by default', () => {
    const options = parseOptions([]);
    expect(options?.assumptions).toEqual(defaults);
    expect(options?.chart).toMatch(/charts\/antenna$/);
  });

  it('changes the assumptions that are given', () => {
    const options = parseOptions(['--mover-wait', '50', '--pod-start=20']);
    expect(options?.assumptions).toEqual({ ...defaults, moverWaitMs: 50, podStartSeconds: 20 });
  });

  it.each(['0', '-3', 'many', ''])('rejects %j as a number', (value) => {
    expect(() => parseOptions([`--pod-start=${value}`])).toThrow('--pod-start must be a number');
  });

  it('rejects an unknown option', () => {
    expect(() => parseOptions(['--pods', '3'])).toThrow('--pods');
  });

  it('returns undefined for --help', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });
});
