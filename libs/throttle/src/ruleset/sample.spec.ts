import { describe, expect, it } from '@jest/globals';
import { randomDraw, stableDraw } from './sample.js';

describe('stableDraw', () => {
  const clients = Array.from({ length: 20_000 }, (_, index) => `client-${index}`);

  it('places a key at the same point every time and in every process', () => {
    expect(stableDraw('rule', 'client')).toBe(stableDraw('rule', 'client'));
    expect(stableDraw('rule', 'client')).toBeCloseTo(54.73932, 5);
  });

  it.each([1, 10, 25, 50])('places about %d percent of all keys below that point', (percent) => {
    const below = clients.filter((client) => stableDraw('rule', client) < percent).length;
    expect(below / clients.length).toBeCloseTo(percent / 100, 1.5);
  });

  it('selects different keys for different rules', () => {
    const both = clients.filter(
      (client) => stableDraw('one', client) < 10 && stableDraw('two', client) < 10,
    );
    expect(both.length / clients.length).toBeLessThan(0.02);
  });

  it('is at least 0 and less than 100', () => {
    const draws = clients.map((client) => stableDraw('rule', client));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThan(100);
  });
});

describe('randomDraw', () => {
  it.each([
    [0, 0],
    [0.1, 10],
    [1 - 2 ** -53, 99.99999999999999],
  ])('places %d at %d', (random, point) => {
    expect(randomDraw(() => random)).toBe(point);
  });
});
