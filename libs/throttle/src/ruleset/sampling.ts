import { createHash } from 'node:crypto';

/**
 * Places a text on the scale from 0 (included) to 100 (excluded), always at the same point, evenly over
 * all texts. The rule's name goes in: clients that one rule picks are not the ones that another picks.
 */
export function stableDraw(rule: string, text: string): number {
  const digest = createHash('sha256').update(`${rule}\n`).update(text).digest();
  return (digest.readUIntBE(0, 6) / 2 ** 48) * 100;
}

/** A draw on the same scale from a source of random numbers in [0, 1). */
export function randomDraw(random: () => number): number {
  return random() * 100;
}
