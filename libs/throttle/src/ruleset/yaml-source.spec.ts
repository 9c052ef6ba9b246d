import { describe, expect, it } from '@jest/globals';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from './parse-ruleset.js';
import { describeProblem } from '../document/ruleset-problem.js';
import { YamlSource } from '#antenna/yaml-document';

const errorsOf = (text: string) => parseRuleset(text).errors.map(describeProblem);
const head = 'apiVersion: antenna/v1\nkind: ThrottleRuleset\n';
const withMatch = (match: string) =>
  `${head}rules:\n  - name: one\n    match: ${match}\n    result: accept\n`;

describe('YamlSource', () => {
  it('reads plain values', () => {
    const source = new YamlSource(
      'a: [1, true, ~, "x"]\nb:\n  c: >-\n    d\n    e\n__proto__: 5\n',
    );
    expect(source.problems).toEqual([]);
    expect(source.value).toEqual(
      Object.fromEntries([
        ['a', [1, true, null, 'x']],
        ['b', { c: 'd e' }],
        ['__proto__', 5],
      ]),
    );
  });

  it('locates values, keys, and the parent of a missing value', () => {
    const source = new YamlSource('a:\n  - b: 1\n    c: [x, y]\n');
    expect(source.locate({ path: ['a', 0, 'c', 1], message: '', hint: '' })).toEqual({
      line: 3,
      column: 12,
    });
    expect(source.locate({ path: ['a', 0, 'c'], at: 'key', message: '', hint: '' })).toEqual({
      line: 3,
      column: 5,
    });
    expect(source.locate({ path: ['a', 0, 'missing'], message: '', hint: '' })).toEqual({
      line: 2,
      column: 5,
    });
    expect(source.locate({ path: ['nothing'], message: '', hint: '' })).toEqual({
      line: 1,
      column: 1,
    });
  });

  it('refuses aliases and anchors instead of expanding them', () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const items = level === 0 ? 'x' : Array.from({ length: 9 }, () => `*a${level - 1}`).join();
      return `a${level}: &a${level} [${items}]`;
    });
    const source = new YamlSource(levels.join('\n'));
    expect(source.problems).toHaveLength(30 + 29 * 9);
    expect(JSON.stringify(source.value).length).toBeLessThan(5000);
    expect(errorsOf(`${head}x: &x [a]\nrules: *x\n`)).toContain(
      '4:8: aliases (*name) are not supported (write the value out, or use a list)',
    );
  });

  it('does not support merge keys', () => {
    const text = `${head}rules:\n  - <<: { name: one, match: "true" }\n    result: accept\n`;
    expect(errorsOf(text).join()).toContain('unknown key <<');
  });

  it('refuses a key that is defined twice', () => {
    expect(errorsOf(`${withMatch('"true"')}    result: reject\n`)).toEqual([
      '7:5: result is defined twice (keep one of them)',
    ]);
  });

  it.each([
    ['open brackets', '['.repeat(100_000)],
    ['closed brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['braces', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(100_000)],
  ])('refuses excessive nesting of %s', (_what, yaml) => {
    expect(errorsOf(yaml)).toEqual([
      '1:1: the YAML is nested too deeply (look for brackets that are not closed)',
    ]);
  });

  it('reports each of 20,000 unknown keys', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(errorsOf(keys)).toHaveLength(20_003);
  });

  it('refuses a document above 256 KiB', () => {
    const text = `${withMatch('"true"')}#`;
    expect(errorsOf(text.padEnd(262_144, 'x'))).toEqual([]);
    expect(errorsOf(text.padEnd(262_145, 'x'))).toEqual([
      '1:1: the ruleset is 262145 bytes; the limit is 262144 (combine rules, and remove unused lists)',
    ]);
  });

  it.each([
    ['!(get("A") == "b")', "put the expression in single quotes: '!(…)'"],
    ['"a" == get("A")', 'put an expression in single quotes'],
    ['get("A") == "a: b"', 'put an expression in single quotes'],
    ['{"a": 1}.a == 1', 'put an expression in single quotes'],
    ['@get("A")', 'put an expression in single quotes'],
  ])(
    'explains how to fix the YAML of %s and reports no other error in that line',
    (match, hint) => {
      const errors = errorsOf(withMatch(match)).filter((error) => error.startsWith('5:'));
      expect(errors.join('\n')).toContain(hint);
      expect(errors.join('\n')).not.toContain('rule one');
    },
  );

  it('explains several documents and tabs in YAML', () => {
    expect(errorsOf(`${withMatch('"true"')}---\n${head}`)).toContain(
      '7:1: there is more than one YAML document (remove the line ---)',
    );
    expect(errorsOf('rules:\n\t- x\n').join()).toContain('indent with spaces');
    expect(errorsOf(withMatch('"true')).length).toBeGreaterThan(0);
  });

  it.each(['\uFEFF', '# comment\n\n'])('reads a document that starts with %j', (prefix) => {
    expect(errorsOf(prefix + withMatch('"true"'))).toEqual([]);
  });

  it('reports one error for a stray tab, whichever line it indents', () => {
    const lines = mozillaRuleset.split('\n');
    const reported = lines.map((line, index) => {
      const tabbed = lines.with(index, `\t${line.trimStart()}`).join('\n');
      return { index, errors: errorsOf(tabbed) };
    });
    const refused = reported.filter(({ errors }) => errors.length > 0);
    // Of the others, most are comments, empty lines, and expressions that continue on another line.
    expect(refused.length).toBeGreaterThan(lines.length / 2);
    for (const { index, errors } of refused) {
      expect(errors).toEqual([
        expect.stringMatching(`^${index + 1}:\\d: a line is indented with a tab \\(indent`),
      ]);
    }
  });

  it('reports every tab of several', () => {
    const errors = errorsOf(withMatch('"true"').replaceAll('    ', '\t'));
    expect(errors).not.toEqual([]);
    expect(errors.every((error) => error.endsWith('(indent with spaces)'))).toBe(true);
  });

  it.each([
    ['a bracket that is not closed', 'sample: { percent: 10'],
    ['a key that is indented too far', ' result: accept'],
    ['a key that is indented too little', '\b\bresult: accept'],
    ['an unquoted colon', 'result: accept: x'],
  ])('reports only the cause of %s, and the errors before it', (_what, line) => {
    const first = withMatch('get("A") = "b"').replace('name: one', 'name: first');
    const second = `  - name: second\n    description: x\n    ${line}\n    match: "true"\n`.replace(
      '    \b\b',
      '  ',
    );
    const third = '  - name: third\n    match: "true"\n    result: accept\n';
    const { errors } = parseRuleset(first + second + third);
    expect(errors.map((error) => error.line)).toEqual([5, expect.any(Number)]);
    expect(errors[1]?.message).toMatch('not valid YAML');
  });
});
