import { describe, expect, it } from '@jest/globals';
import { nearestWord, suggest } from './index.js';

const words = ['name', 'match', 'description', 'result', 'sample'];

describe('nearestWord', () => {
  it.each([
    ['reslt', 'result'],
    ['resutl', 'result'],
    ['mtach', 'match'],
    ['Sample', 'sample'],
    ['descripton', 'description'],
    ['nam', 'name'],
  ])('matches %s to %s', (word, meant) => {
    expect(nearestWord(word, words)).toBe(meant);
  });

  it.each(['x', 'when', 'action', 'percentage', ''])('finds no word for %j', (word) => {
    expect(nearestWord(word, words)).toBeUndefined();
  });
});

describe('suggest', () => {
  it('lists the allowed words if none is close', () => {
    expect(suggest('resutl', words)).toBe('did you mean result?');
    expect(suggest('when', ['a', 'b'])).toBe('expected one of: a, b');
  });
});
