import { createHash } from 'node:crypto';
import type { Sample, SampleOutcome } from '../document/ruleset-document.js';
import type { CheckedRule } from './check-rule.js';

/** Gives a number in [0, 1) for the sample of a rule, as `Math.random` does. */
export type RandomOfRule = (rule: string) => number;

/** A point from 0 (included) to 100 (excluded) for the report that is being evaluated. */
export function drawFor({ rule, by }: CheckedRule, random: RandomOfRule): number {
  const key = by?.run();
  return typeof key === 'string' && key !== ''
    ? stableDraw(rule.name, key)
    : randomDraw(() => random(rule.name));
}

/** The side of a sample on which a draw falls. */
export function sampleSide({ percent, within, beyond }: Sample, draw: number): SampleOutcome {
  return draw < percent ? within : beyond;
}

/**
 * Places a key on the scale from 0 (included) to 100 (excluded): always at the same point, and evenly over all keys.
 * The rule's name is part of the hash, so that different rules pick different clients.
 */
export function stableDraw(rule: string, key: string): number {
  const digest = createHash('sha256').update(`${rule}\n`).update(key).digest();
  return (digest.readUIntBE(0, 6) / 2 ** 48) * 100;
}

/** A draw on the same scale from a source of random numbers in [0, 1). */
export function randomDraw(random: () => number): number {
  return random() * 100;
}
