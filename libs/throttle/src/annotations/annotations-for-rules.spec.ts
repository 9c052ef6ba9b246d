import { describe, expect, it } from '@jest/globals';
import { parseJson } from '#antenna/crash-report';
import { annotationsForRules } from './annotations-for-rules.js';

describe('annotationsForRules', () => {
  it('turns every value into the text that rules compare with', () => {
    const number = parseJson('1.0', { maxDepth: 1 });
    const annotations = new Map([
      ['Text', 'as it is'],
      ['Null', null],
      ['Flag', true],
      ['Number', number],
      ['List', ['x']],
    ]);
    expect([...annotationsForRules(annotations)]).toEqual([
      ['Text', 'as it is'],
      ['Null', 'None'],
      ['Flag', 'True'],
      ['Number', '1.0'],
      ['List', "['x']"],
    ]);
  });

  it('keeps names that objects could not hold apart from their prototype', () => {
    const texts = annotationsForRules(new Map([['__proto__', 1]]));
    expect([...texts]).toEqual([['__proto__', '1']]);
  });
});
