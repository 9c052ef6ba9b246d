import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { acceptAllRuleset } from '#antenna/testing';
import { parseRuleset } from '#antenna/throttle';

import { brokenRuleset, oneRule, unreachableRule } from '../../test/rulesets.js';
import { bundledRuleset } from './initial-ruleset.js';
import { CurrentRuleset } from './current-ruleset.js';

const edits = 10_000;

const small = `apiVersion: antenna/v1
kind: ThrottleRuleset
lists:
  products: [Fenix, Firefox]
rules:
  - name: sampled
    description: Some of them
    match: get("ProductName") in products && get("Version").matches("^5[0-9]")
    sample: { percent: 12.5, within: continue, beyond: reject }
  - name: all
    match: 'true'
    result: accept
`;

const bombs = [
  `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\nrules: *d\n`,
  `${small}extra: &x { <<: *x }\n`,
  small.replace('[Fenix, Firefox]', '&p [Fenix]\n  more: *p'),
  '['.repeat(300),
  '{a: '.repeat(200),
  `%YAML 1.1\n---\n${small}`,
  `${small}---\n${small}`,
  '',
  '\u0000',
  '\ufeff' + small,
  'null',
];

const document = fc.oneof(
  { weight: 6, arbitrary: fc.constant(small) },
  { weight: 2, arbitrary: fc.constantFrom(acceptAllRuleset, unreachableRule, brokenRuleset) },
  { weight: 2, arbitrary: fc.stringMatching(/^[a-z]{1,4}$/).map((name) => oneRule(name)) },
  { weight: 1, arbitrary: fc.constantFrom(...bombs) },
);

/** Changes that people and editors make to a document. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('truncate' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), text: fc.string() }),
  fc.record({ kind: fc.constant('delete' as const), at: fc.nat(), length: fc.nat(20) }),
  fc.record({ kind: fc.constant('swapLines' as const), at: fc.nat(), other: fc.nat() }),
  fc.record({ kind: fc.constant('repeatLine' as const), at: fc.nat() }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: fc.nat(),
    text: fc.constantFrom('\n', ' ', '\t', ': ', '&x ', '*x', '"', '}', '&& ', ' # ', '- ', '!'),
  }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

function mutate(text: string, change: Mutation): string {
  const at = change.at % (text.length + 1);
  const lines = text.split('\n');
  const line = change.at % lines.length;
  switch (change.kind) {
    case 'truncate':
      return text.slice(0, at);
    case 'insert':
      return text.slice(0, at) + change.text + text.slice(at);
    case 'delete':
      return text.slice(0, at) + text.slice(at + change.length);
    case 'repeatLine':
      return lines.toSpliced(line, 0, lines[line] ?? '').join('\n');
    case 'swapLines': {
      const other = change.other % lines.length;
      return lines
        .with(line, lines[other] ?? '')
        .with(other, lines[line] ?? '')
        .join('\n');
    }
  }
}

const edit = fc
  .tuple(document, fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: 3 })))
  .map(([text, mutations]) => mutations.reduce(mutate, text));

describe('any sequence of edits', () => {
  it(`leaves the last valid ruleset live: ${edits} edits`, () => {
    const current = new CurrentRuleset(bundledRuleset());
    let lastValid = parseRuleset(mozillaRuleset).ruleset?.revision ?? never();
    let changes = 0;
    const seen = { accepted: 0, refused: 0, unchanged: 0, repeated: 0 };
    fc.assert(
      fc.property(edit, (text) => {
        const { ruleset, errors } = parseRuleset(text);
        const before = current.live.revision;
        const result = current.apply(text);
        seen[result] += 1;
        if (current.live.revision !== before) changes += 1;
        if (ruleset) lastValid = ruleset.revision;

        const { live, refusal } = current;
        return (
          live.revision === lastValid &&
          live.ruleset.revision === lastValid &&
          (ruleset === undefined) === errors.length > 0 &&
          JSON.stringify(refusal?.errors ?? []) === JSON.stringify(errors) &&
          errors.every(
            ({ line, column, hint }) => line >= 1 && column >= 1 && hint !== undefined,
          ) &&
          (before === lastValid || result === 'accepted')
        );
      }),
      { numRuns: edits, endOnFailure: true },
    );
    expect(seen.refused).toBeGreaterThan(edits / 20);
    expect(seen.accepted).toBeGreaterThan(edits / 20);
    expect(changes).toBeGreaterThan(0);
    expect(changes).toBeLessThanOrEqual(seen.accepted);
  }, 120_000);
});

function never(): never {
  throw new Error('the bundled ruleset is valid');
}
