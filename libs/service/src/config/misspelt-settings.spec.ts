import { describe, expect, it } from '@jest/globals';
import { misspeltSettings } from './misspelt-settings.js';

const known = ['HOST', 'PORT', 'RULES', 'BACKEND', 'SPOOL_CAPACITY', 'MAX_UPLOADS', 'AWS_REGION'];
const suggestions = (...names: string[]) =>
  misspeltSettings(known, Object.fromEntries(names.map((name) => [name, 'x']))).map(
    ({ name, meant }) => `${name} → ${meant}`,
  );

describe('misspeltSettings', () => {
  it.each([
    'SPOOL_CAPACTY → SPOOL_CAPACITY',
    'SPOOL_CAPACTIY → SPOOL_CAPACITY',
    'SPOOLCAPACITY → SPOOL_CAPACITY',
    'MAX_UPLOAD → MAX_UPLOADS',
    'AWS_REGOIN → AWS_REGION',
    'RULE → RULES',
    'PORTS → PORT',
    'PROT → PORT',
  ])('finds %s', (suggestion) => {
    expect(suggestions(suggestion.split(' ')[0] ?? '')).toEqual([suggestion]);
  });

  it('finds nothing in settings that are known', () => {
    expect(suggestions(...known)).toEqual([]);
  });
});
