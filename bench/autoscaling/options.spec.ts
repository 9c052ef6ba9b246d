import { describe, expect, it } from '@jest/globals';

import { defaults } from './assumptions.js';
import { parseOptions } from './options.js';

describe('the options of the simulation', () => {
  it('are the documented assumptions when none is given', () => {
    const options = parseOptions([]);
    expect(options?.assumptions).toEqual(defaults);
    expect(options?.svgDirectory).toBeUndefined();
    expect(options?.chart).toMatch(/charts\/antenna$/);
  });

  it('change what they name', () => {
    const options = parseOptions([
      '--mover-wait',
      '50',
      '--pod-start=20',
      '--write-svg',
      '/figures',
    ]);
    expect(options?.assumptions).toEqual({ ...defaults, moverWaitMs: 50, podStartSeconds: 20 });
    expect(options?.svgDirectory).toBe('/figures');
  });

  it.each(['0', '-3', 'many', ''])('refuse %j as a number', (text) => {
    expect(() => parseOptions([`--pod-start=${text}`])).toThrow('--pod-start must be a number');
  });

  it('refuse what they do not know', () => {
    expect(() => parseOptions(['--pods', '3'])).toThrow('--pods');
  });

  it('ask for help', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });
});
