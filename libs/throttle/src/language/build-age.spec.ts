import { describe, expect, it } from '@jest/globals';
import { buildAgeDays } from './build-age.js';

const noon = new Date('2020-05-27T12:00:00Z');

describe('buildAgeDays', () => {
  it.each([
    ['20200527000000', 0.5],
    ['20200526235959', 1.5],
    ['20180529000000', 729.5],
    ['20180528000000', 730.5],
    ['20200229000000', 88.5],
    ['20200528000000', 0],
    ['20991231000000', 0],
  ])('counts the days since the date of %s, without its time: %d', (buildId, days) => {
    expect(buildAgeDays(buildId, noon)).toBe(days);
  });

  it.each([
    ['', 'empty'],
    ['20200527', 'a date without time'],
    ['2020052700000', '13 digits'],
    ['202005270000000', '15 digits'],
    ['19991231000000', 'not of this century'],
    ['2020052700000a', 'a letter'],
    [' 20200527000000', 'a leading blank'],
    ['20200527000000\n', 'a trailing line end'],
    ['２０２００５２７００００００', 'digits of another script'],
    ['20201301000000', 'month 13'],
    ['20200001000000', 'month 0'],
    ['20200631000000', 'a 31st of June'],
    ['20210229000000', 'a 29th of February in a common year'],
    ['None', 'null'],
  ])('returns -1 for %j (%s)', (buildId) => {
    expect(buildAgeDays(buildId, noon)).toBe(-1);
  });
});
