import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { parseRuleset, ruleFunctions } from '#antenna/throttle';

const text = readFileSync(join(import.meta.dirname, '../docs/throttling.md'), 'utf8');
const blocks = [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => block);

/** Turns a block of rules into a complete document. */
function documentOf(block: string): string {
  if (block.startsWith('apiVersion')) return block;
  const rules = block.replaceAll(/^/gm, '  ');
  return `apiVersion: antenna/v1\nkind: ThrottleRuleset\nrules:\n${rules}`;
}

function evaluate(block: string, annotations: Readonly<Record<string, string>>) {
  const { ruleset, errors } = parseRuleset(documentOf(block));
  if (!ruleset) throw new Error(errors.map(({ message }) => message).join('; '));
  const options = { now: () => new Date(), random: () => 0.5 };
  return ruleset.evaluate(new Map(Object.entries(annotations)), options);
}

describe('the examples of docs/throttling.md', () => {
  it.each(blocks.map((block) => [/name: (\w+)/.exec(block)?.[1], block]))(
    'are valid without warnings (%s)',
    (_, block = '') => {
      const { errors, warnings } = parseRuleset(documentOf(block));
      expect([errors, warnings]).toEqual([[], []]);
    },
  );

  it('are found in the document', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    [{ Comments: '' }, 'has_comments'],
    [{ HangID: '1' }, 'main_process_hangs'],
    [{ HangID: '1', ProcessType: 'gpu' }, 'helper_processes'],
    [{ Version: '52.0' }, 'old_versions'],
    [{ Version: '152.0' }, 'NO_MATCH'],
    [{ BuildID: '20120101000000' }, 'older_than_two_years'],
    [{ ReleaseChannel: 'Nightly-esr' }, 'nightly_and_its_variants'],
    [{ TelemetryEnvironment: windows(9600) }, 'windows_8_and_older'],
    [{ TelemetryEnvironment: windows(19_045) }, 'NO_MATCH'],
    [{ TelemetryEnvironment: 'no JSON' }, 'NO_MATCH'],
  ])('decide %j by the rule %s', (annotations, rule) => {
    const conditions = blocks.find((block) => block.includes('has_comments')) ?? '';
    expect(evaluate(conditions, annotations as Record<string, string>).rule).toBe(rule);
  });

  it('include every function that rules can call', () => {
    expect(ruleFunctions.length).toBeGreaterThan(20);
    expect(ruleFunctions.filter(({ name }) => !text.includes(`${name}(`))).toEqual([]);
  });
});

function windows(windowsBuildNumber: number): string {
  return JSON.stringify({ system: { os: { name: 'Windows_NT', windowsBuildNumber } } });
}
