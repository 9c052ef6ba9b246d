import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type JsonValue, parseJson, reportField, reportFieldNames } from '#antenna/crash-report';
import { annotationsForRules, parseCanonicalRuleset, parseRuleset } from '#antenna/throttle';
import { mozillaRuleset } from './index.js';

const names = fc.constantFrom(
  'ProductName',
  'ReleaseChannel',
  'Version',
  'BuildID',
  'HangID',
  'ProcessType',
  'TelemetryEnvironment',
  'Android_PackageName',
  'SubmittedFromInfobar',
  'ipc_channel_error',
  ...Object.values(reportFieldNames).flat(),
);
/** Values that the rules compare with, so that the later parts of expressions are evaluated, too. */
const telling = fc.constantFrom(
  'Firefox',
  'Fenix',
  'b2g',
  'esr',
  'release',
  '0',
  'true',
  '52.0',
  '20200101000000',
  '{"system":{"os":{"name":"Windows_NT","windowsBuildNumber":1}}}',
  '{"system":{"os":{"name":"Windows_NT"}}}',
  '{',
  '[]',
);
const jsonValues: fc.Arbitrary<JsonValue> = fc
  .json()
  .map((text) => parseJson(text, { maxDepth: 99 }));
const annotations = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 5, arbitrary: names }, { weight: 1, arbitrary: fc.string() }),
      fc.oneof(telling, fc.string({ unit: 'binary' }), jsonValues, fc.json()),
    ),
    { maxLength: 20 },
  )
  .map((entries) => new Map<string, JsonValue>(entries));

describe('evaluate', () => {
  const { ruleset } = parseRuleset(mozillaRuleset);

  it('decides every report by a rule without rule errors', () => {
    const failures: string[] = [];
    const options = {
      now: () => new Date('2026-06-15T00:00:00Z'),
      random: () => 0.5,
      onRuleError: (rule: string, error: unknown) => failures.push(`${rule}: ${String(error)}`),
    };
    fc.assert(
      fc.property(annotations, (report) => {
        const decision = ruleset?.evaluate(annotationsForRules(report), options);
        expect(['accept', 'defer', 'reject', 'fakeaccept']).toContain(decision?.verdict);
        expect(ruleset?.ruleNames).toContain(decision?.rule);
        expect(failures).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds product, version, channel and process where metrics and the command line find them', () => {
    const rules = [{ name: 'all', match: 'true', result: 'accept' }];
    const fields = Object.keys(reportFieldNames) as (keyof typeof reportFieldNames)[];
    fc.assert(
      fc.property(annotations, fc.constantFrom(...fields), (report, field) => {
        const strings = annotationsForRules(report);
        const value = reportField(field, (name) => strings.get(name)) ?? '';
        fc.pre(value.length < 100);
        const match = `${field}() == value[0]`;
        const document = {
          apiVersion: 'antenna/v1',
          kind: 'ThrottleRuleset',
          lists: { value: [value] },
          rules: [{ name: 'found', match, result: 'defer' }, ...rules],
        };
        const { ruleset: compiled } = parseCanonicalRuleset(JSON.stringify(document));
        const options = { now: () => new Date(0), random: () => 0.5 };
        expect(compiled?.evaluate(strings, options).rule).toBe('found');
      }),
    );
  });

  it('decides every report even if a rule fails for most of them', () => {
    const match = 'json(annotations.TelemetryEnvironment).system.os.name.startsWith("W")';
    const rules = [{ name: 'careless', match, result: 'reject' }];
    const careless = JSON.stringify({ ...ruleset?.document, lists: {}, rules });
    const { ruleset: compiled } = parseCanonicalRuleset(careless);
    const options = { now: () => new Date(0), random: () => 0.5 };
    fc.assert(
      fc.property(annotations, (report) => {
        expect(compiled?.evaluate(annotationsForRules(report), options).verdict).toBe('reject');
      }),
    );
  });
});
