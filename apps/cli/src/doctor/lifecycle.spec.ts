import type { LifecycleRule } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { expiryOf } from './lifecycle.js';

const rule = (fields: Partial<LifecycleRule>): LifecycleRule => ({
  Status: 'Enabled',
  Expiration: { Days: 30 },
  ...fields,
});

const all = { someDays: 30, allDays: 30 };
const some = { someDays: 30, allDays: undefined };
const none = { someDays: undefined, allDays: undefined };

describe('expiryOf', () => {
  it.each<[string, LifecycleRule[], object]>([
    ['no rule', [], none],
    ['a rule for everything', [rule({ Filter: {} })], all],
    ['a rule of the older form', [rule({ Prefix: '' })], all],
    ['a disabled rule', [rule({ Status: 'Disabled' })], none],
    ['a rule for the prefix', [rule({ Filter: { Prefix: 'antenna/' } })], all],
    ['a rule for a part of it', [rule({ Filter: { Prefix: 'antenna/v1/dump/' } })], some],
    ['a rule for another prefix', [rule({ Filter: { Prefix: 'other/' } })], none],
    ['a rule for tagged objects', [rule({ Filter: { Tag: { Key: 'a', Value: 'b' } } })], none],
    [
      'a rule for large objects',
      [rule({ Filter: { And: { Prefix: '', ObjectSizeGreaterThan: 1 } } })],
      some,
    ],
    ['a date', [rule({ Expiration: { Date: new Date(0) } })], { someDays: 0, allDays: 0 }],
    [
      'a later rule for all and an earlier one for a part',
      [rule({}), rule({ Prefix: 'antenna/v1/batch/', Expiration: { Days: 7 } })],
      { someDays: 7, allDays: 30 },
    ],
    ['a rule that only moves', [{ Status: 'Enabled', Transitions: [{ Days: 1 }] }], none],
  ])('knows when objects expire by %s', (_, rules, days) => {
    expect(expiryOf(rules, 'antenna/v1/')).toMatchObject(days);
  });

  it('knows how long old versions are kept', () => {
    const rules = [rule({ NoncurrentVersionExpiration: { NoncurrentDays: 30 } })];
    expect(expiryOf(rules, 'v1/').oldVersionDays).toBe(30);
    expect(expiryOf([rule({})], 'v1/').oldVersionDays).toBeUndefined();
  });
});
