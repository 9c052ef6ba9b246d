import { describe, expect, it } from '@jest/globals';
import { ruleFunctions } from './rule-functions.js';
import { RuleLanguage } from './rule-language.js';

const language = new RuleLanguage({ products: ['Fenix'] });
const calls = ruleFunctions.flatMap(({ usage }) => usage);

describe('the table of rule functions', () => {
  it.each(calls)('documents a call that rules can make: %s', (call) => {
    expect(() => language.compile(`(${call}) == (${call})`, 'bool')).not.toThrow();
  });

  it.each(ruleFunctions)('documents a call of $name itself', ({ name, usage, form }) => {
    expect(usage.length).toBeGreaterThan(0);
    for (const call of usage) {
      const written =
        form === 'function' ? call.startsWith(`${name}(`) : call.includes(`.${name}(`);
      expect(written).toBe(true);
    }
  });

  it('has no duplicate entries', () => {
    const names = ruleFunctions.map(({ name, form }) => `${form === 'function' ? '' : '.'}${name}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
