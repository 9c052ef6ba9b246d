/** A number from 0 up to, but without, 1. */
export type Random = () => number;

/** The same sequence for the same seed: Park and Miller's generator with the multiplier 48271. */
export function seededRandom(seed: number): Random {
  const modulus = 2_147_483_647;
  let state = (Math.abs(Math.trunc(seed)) % (modulus - 1)) + 1;
  return () => {
    state = (state * 48_271) % modulus;
    return (state - 1) / (modulus - 1);
  };
}

/** Beyond this mean a normal distribution is as good, and much faster. */
const exactUpTo = 50;

/** How many events fall into a time in which so many are expected. */
export function poisson(mean: number, random: Random): number {
  if (mean > exactUpTo) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Box and Muller's transformation. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
