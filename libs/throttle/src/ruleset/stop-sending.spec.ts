import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { parseRuleset } from './parse-ruleset.js';

const text = `
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: kept, match: get("Kept") != "", result: accept }
  - { name: old, match: version() != "" && get("Stop") != "", result: reject, stopSending: true }
  - { name: other, match: version() != "", result: reject, stopSending: false }
`;
const { ruleset } = parseRuleset(text);
const options = { now: () => new Date(0), random: () => 0.5 };

function decide(annotations: Readonly<Record<string, string>>) {
  return ruleset?.evaluate(new Map(Object.entries(annotations)), options);
}

describe('stopSending', () => {
  it('names the version of a report that its rule rejects, and of no other', () => {
    const old = { Version: '52.9.0', Stop: '1' };
    expect(decide(old)).toEqual({ verdict: 'reject', rule: 'old', stopSendingFor: '52.9.0' });
    expect(decide({ ...old, Kept: '1' })).toEqual({ verdict: 'accept', rule: 'kept' });
    expect(decide({ Version: '52.9.0' })).toEqual({ verdict: 'reject', rule: 'other' });
    expect(decide({})).toEqual({ verdict: 'reject', rule: 'NO_MATCH' });
  });

  it.each([
    ['140.0a1', { Version: '140.0a1' }],
    ['1.2+build-7', { ver: '1.2+build-7' }],
    ['v'.repeat(64), { Version: 'v'.repeat(64) }],
  ])('sends the version %s', (version, annotations) => {
    expect(decide({ ...annotations, Stop: '1' })?.stopSendingFor).toBe(version);
  });

  it.each([
    '52.9.0\nCrashID=bp-de1bb258-cbbf-4589-a673-34f800160918',
    '52.9.0\r',
    '../../autostart/x',
    '52 9',
    '52=9',
    '5２',
    '52\0',
    'v'.repeat(65),
  ])('rejects without a version if it is %j', (version) => {
    expect(decide({ Version: version, Stop: '1' })).toEqual({ verdict: 'reject', rule: 'old' });
  });

  it('repeats nothing of a report but plain versions', () => {
    const version = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.stringMatching(/^[\w.+\-/\s]{1,80}$/),
    );
    fc.assert(
      fc.property(version, (hostile) => {
        const { stopSendingFor = 'none' } = decide({ Version: hostile, Stop: '1' }) ?? {};
        expect(stopSendingFor).toMatch(/^[0-9A-Za-z.+-]{1,64}$/);
      }),
    );
  });

  it('is explained as it is decided', () => {
    const report = new Map([
      ['Version', '52.9.0'],
      ['Stop', '1'],
    ]);
    const explanation = ruleset?.explain(report, options);
    expect(explanation).toMatchObject(decide(Object.fromEntries(report)) ?? {});
    expect(ruleset?.explain(new Map([['Version', '1']]), options)).not.toHaveProperty(
      'stopSendingFor',
    );
  });
});
