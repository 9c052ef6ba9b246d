import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { mozillaRuleset } from '#antenna/bundled-rules';
import {
  EnvelopeError,
  type IntakeMessage,
  IntakeMessageError,
  isCrashId,
  parseIntakeMessage,
  readEnvelope,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedBatchKey,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { acceptAllRuleset, seededRandom } from '#antenna/testing';
import { parseCanonicalRuleset, parseRuleset } from '#antenna/throttle';
import { mutate } from '#antenna/report-corpus';

import { anyEnvelope } from './any-envelope.js';
import { FuzzRun } from './fuzz-run.js';

const seeds = fc.nat();

describe('mutated envelopes', () => {
  const tokens = [
    '\n',
    '{"type":"end","items":1,"headers_crc32":"00000000"}\n',
    '"length":0',
    '{}',
  ];

  it('are read as they were, or not at all', () => {
    const property = fc.property(anyEnvelope, anyEnvelope, seeds, (original, foreign, seed) => {
      const random = seededRandom(seed);
      const mutated =
        random.below(3) === 0
          ? Buffer.concat([cut(original, seed), cut(foreign, seed + 1)])
          : mutate(original, random, tokens);
      if (mutated.equals(original) || mutated.equals(foreign)) return;
      expect(() => readEnvelope(mutated)).toThrow(EnvelopeError);
    });
    fc.assert(property, FuzzRun.of('envelopes', 5).parameters);
  });
});

function cut(bytes: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const at = random.below(bytes.length + 1);
  return random.below(2) === 0 ? bytes.subarray(0, at) : bytes.subarray(at);
}

describe('mutated intake messages', () => {
  const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
  const other = 'de1bb258-cbbf-4589-a673-34f901160918';
  const key = stagedEnvelopeKey(crashId);
  const messages = [
    singleCrashMessage({ crashId, key, size: 5, verdict: 'accept' }),
    {
      key: stagedBatchKey([crashId, other]),
      size: 12,
      crashes: [
        { crashId, offset: 0, size: 5, verdict: 'accept' as const, trace: { traceparent: '00-1' } },
        { crashId: other, offset: 5, size: 7, verdict: 'defer' as const, trace: {} },
      ],
    },
  ].map((message) => Buffer.from(serializeIntakeMessage(message)));
  const tokens = [
    '"',
    '{',
    '}',
    ',',
    ':',
    '"v":1',
    '"v":2',
    '"v":3',
    '"key":',
    '"offset":',
    '"__proto__":',
    '-1',
    '1e99',
    '\\u0000',
  ];

  it('are refused, or name the object of their crash ids and adjacent parts of it', () => {
    const property = fc.property(seeds, (seed) => {
      const random = seededRandom(seed);
      const message = messages[random.below(messages.length)] ?? Buffer.alloc(0);
      const parsed = parsedOrRefused(mutate(message, random, tokens).toString());
      if (parsed === undefined) return;
      const ids = parsed.crashes.map((crash) => crash.crashId);
      expect(ids.filter((id) => !isCrashId(id))).toEqual([]);
      expect([stagedEnvelopeKey(ids[0] ?? ''), stagedBatchKey(ids)]).toContain(parsed.key);
      let end = 0;
      for (const { offset, size } of parsed.crashes) {
        expect(offset).toBe(end);
        end += size;
      }
      expect(parsed.size).toBe(end);
    });
    fc.assert(property, FuzzRun.of('intake messages', 5).parameters);
  });
});

/** Undefined if it is refused. Any other error fails the test. */
function parsedOrRefused(text: string): IntakeMessage | undefined {
  try {
    return parseIntakeMessage(text);
  } catch (error) {
    if (error instanceof IntakeMessageError) return undefined;
    throw error;
  }
}

describe('mutated rulesets', () => {
  const documents = [mozillaRuleset, acceptAllRuleset].map((yaml) => Buffer.from(yaml));
  const tokens = [
    '\n',
    '  ',
    '- ',
    ': ',
    '# ',
    '"',
    "'",
    '&a ',
    '*a',
    '<<: ',
    '!!binary ',
    '---\n',
    '[',
    '}',
    '>-\n',
    'sample: { percent: 10, by: get("A"), within: accept, beyond: continue }',
    'get("A")',
    'stopSending: true',
    'product()',
    'process(',
    'lower(',
    '.exists(x, ',
    ' && ',
    ' in ',
    '.matches("(a+)+$")',
    '__proto__',
    '\0',
  ];
  const options = { now: () => new Date(0), random: () => 0.5 };
  const report = new Map([
    ['ProductName', 'Firefox'],
    ['TelemetryEnvironment', '{"system":{"os":{"name":"Windows_NT"}}}'],
  ]);

  it('are refused with located problems, or decide reports in the same way as their JSON', () => {
    const property = fc.property(seeds, (seed) => {
      const random = seededRandom(seed);
      const original = documents[random.below(documents.length)] ?? Buffer.alloc(0);
      const { ruleset, errors, warnings } = parseRuleset(
        mutate(original, random, tokens).toString(),
      );
      for (const { line, column } of [...errors, ...warnings])
        expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
      expect(errors.length === 0).toBe(ruleset !== undefined);
      if (ruleset === undefined) return;
      const again = parseCanonicalRuleset(ruleset.canonicalJson).ruleset;
      const decision = ruleset.evaluate(report, options);
      expect(again?.revision).toBe(ruleset.revision);
      expect(again?.evaluate(report, options)).toEqual(decision);
      expect(ruleset.explain(report, options)).toMatchObject(decision);
    });
    fc.assert(property, FuzzRun.of('rulesets', 0.25).parameters);
  });
});
