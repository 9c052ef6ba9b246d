import { describe, expect, it } from '@jest/globals';
import { parseRuleset } from './parse-ruleset.js';

/** The reported location of the unknown name in the rule's expression, as `line:column`. */
function locationOf(match: string, lineEnd = '\n'): string[] {
  const text = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: one
    match: ${match}
    result: accept
`;
  const { errors } = parseRuleset(text.replaceAll('\n', lineEnd));
  return errors.map(({ line, column }) => `${line}:${column}`);
}

describe('the location of a problem inside an expression', () => {
  it.each([
    ['plain', 'get("A") == WRONG', '5:24'],
    ['single quotes', `'get("A") == WRONG'`, '5:25'],
    ['doubled single quotes', `'get(''A'') == WRONG'`, '5:27'],
    ['double quotes', `"get('A') == WRONG"`, '5:25'],
    ['escaped double quotes', String.raw`"get(\"A\") == WRONG"`, '5:27'],
    ['plain on two lines', 'get("A") == "b"\n      && WRONG', '6:10'],
    ['folded', '>-\n      get("A") == "b"\n      && WRONG', '7:10'],
    ['folded with an empty line', '>\n      get("A") == "b"\n\n      && WRONG', '8:10'],
    ['literal', '|\n      get("A") == "b"\n        && WRONG', '7:12'],
    ['characters beyond ASCII', 'get("é😀") == WRONG', '5:26'],
    ['the end of the expression', 'get("A") ==', '5:23'],
    ['the end of a quoted expression', `'get("A") =='`, '5:24'],
  ])('is correct in this style of scalar: %s', (_style, match, place) => {
    expect(locationOf(match)).toEqual([place]);
  });

  it('is the same with Windows line ends', () => {
    expect(locationOf('>-\n      get("A") == "b"\n      && WRONG', '\r\n')).toEqual(['7:10']);
  });

  it('is the start of the scalar if it contains numeric escapes', () => {
    expect(locationOf(String.raw`"get(\x22A\x22) == WRONG"`)).toEqual(['5:12']);
  });

  it('is correct in the expression of a sample', () => {
    const text = `apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - name: one
    match: "true"
    sample: { percent: 10, by: get(WRONG), within: accept, beyond: reject }
`;
    expect(parseRuleset(text).errors).toEqual([
      expect.objectContaining({ rule: 'one', line: 6, column: 36 }),
    ]);
  });
});
