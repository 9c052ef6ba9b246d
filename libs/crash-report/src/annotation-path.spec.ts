import { describe, expect, it } from '@jest/globals';
import { parseAnnotationPath, valueAt } from './annotation-path.js';
import { parseJson } from './parse-json.js';

describe('the path of an annotation', () => {
  it.each([
    ['URL', 'URL', []],
    ['a#b', 'a#b', []],
    ['Env#/a/b', 'Env', ['a', 'b']],
    ['Env#/', 'Env', ['']],
    ['Env#/a~1b~0c~01/0', 'Env', ['a/b~c~1', '0']],
  ])('can be %s', (source, annotation, steps) => {
    expect(parseAnnotationPath(source)).toEqual({ source, annotation, steps });
  });

  it.each(['', '#/a', 'Env#/a~2', 'Env#/~'])('cannot be %j', (source) => {
    expect(() => parseAnnotationPath(source)).toThrow(/^must be NAME or NAME#\/json\/pointer/);
  });

  it.each([
    ['A', '"{\\"b\\":[1,{\\"c\\":null}]}"'],
    ['A#/b/1/c', 'null'],
    ['A#/b/0', '1'],
    ['O#/x', '1.0'],
    ['O#/__proto__', undefined],
    ['A#/b/01', undefined],
    ['A#/b/length', undefined],
    ['A#/b/2', undefined],
    ['Text#/b', undefined],
    ['None', undefined],
    ['constructor', undefined],
  ])('finds the value of %s', (source, json) => {
    const rawCrash = parseJson(
      '{"A":"{\\"b\\":[1,{\\"c\\":null}]}","O":{"x":1.0},"Text":"{broken"}',
      { maxDepth: 10 },
    );
    const value = valueAt(rawCrash, parseAnnotationPath(source));
    expect(value === undefined ? undefined : JSON.stringify(value)).toBe(json);
  });
});
