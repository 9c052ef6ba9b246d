import type { LifecycleRule } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { expiryOf } from './lifecycle.js';

const rule = (fields: Partial<LifecycleRule>): LifecycleRule => ({
  Status: 'Enabled',
  Expiration: { Days: 30 },
  ...fields,
});

describe('expiryOf', () => {
  it.each<[string, LifecycleRule[], number | undefined]>([
    ['no rule', [], undefined],
    ['a rule for everything', [rule({ Filter: {} })], 30],
    ['a rule of the old form', [rule({ Prefix: '' })], 30],
    ['a disabled rule', [rule({ Status: 'Disabled' })], undefined],
    ['a rule for the prefix', [rule({ Filter: { Prefix: 'antenna/' } })], 30],
    ['a rule for a part of it', [rule({ Filter: { Prefix: 'antenna/v1/batch/' } })], 30],
    ['a rule for another prefix', [rule({ Filter: { Prefix: 'other/' } })], undefined],
    ['a rule for tagged objects', [rule({ Filter: { Tag: { Key: 'a', Value: 'b' } } })], undefined],
    [
      'a rule for large objects',
      [rule({ Filter: { And: { Prefix: '', ObjectSizeGreaterThan: 1 } } })],
      30,
    ],
    ['a date', [rule({ Expiration: { Date: new Date(0) } })], 0],
    ['the first of two', [rule({}), rule({ Expiration: { Days: 7 } })], 7],
    ['a rule that only moves', [{ Status: 'Enabled', Transitions: [{ Days: 1 }] }], undefined],
  ])('knows when objects expire by %s', (_, rules, days) => {
    expect(expiryOf(rules, 'antenna/v1/').days).toBe(days);
  });

  it('knows how long old versions are kept', () => {
    const rules = [rule({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })];
    expect(expiryOf(rules, 'v1/').oldVersionDays).toBe(30);
    expect(expiryOf([rule({})], 'v1/').oldVersionDays).toBeUndefined();
  });
});
