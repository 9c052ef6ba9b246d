import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type JsonValue, parseJson } from '#antenna/crash-report';
import { annotationsForRules } from '../annotations/annotations-for-rules.js';
import { compileRuleset } from '../ruleset/compile-ruleset.js';
import { mozillaRuleset } from './mozilla-ruleset.js';
import { parseRuleset } from '../ruleset/parse-ruleset.js';
import { type RulesetDocument, verdicts } from '../document/ruleset-document.js';

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
);
/** Values that rules compare with, so that the deeper parts of expressions run as well. */
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

  it('gives a verdict of a rule for any report, and no rule ever fails', () => {
    const failures: string[] = [];
    const compiled = compileRuleset(ruleset as RulesetDocument, {
      now: () => new Date('2026-06-15T00:00:00Z'),
      random: () => 0.5,
      onRuleError: (rule, error) => failures.push(`${rule}: ${String(error)}`),
    });
    fc.assert(
      fc.property(annotations, (report) => {
        const { verdict, rule } = compiled.evaluate(annotationsForRules(report));
        expect(verdicts).toContain(verdict);
        expect(compiled.ruleNames).toContain(rule);
        expect(failures).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  it('survives rules that fail on most reports', () => {
    const match = 'json(annotations.TelemetryEnvironment).system.os.name.startsWith("W")';
    const rules = [{ name: 'careless', match, result: 'reject' }] as const;
    const careless = { ...(ruleset as RulesetDocument), lists: {}, rules };
    const compiled = compileRuleset(careless, { now: () => new Date(0), random: () => 0.5 });
    fc.assert(
      fc.property(annotations, (report) => {
        expect(compiled.evaluate(annotationsForRules(report)).verdict).toBe('reject');
      }),
    );
  });
});
