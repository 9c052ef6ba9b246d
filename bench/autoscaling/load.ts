const daySeconds = 86_400;

/** Simulated before a span, so that it starts with the pods of the hours before. */
export const warmUpSeconds = 3600;

/** The part of a day that is examined. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export const wholeDay: Span = { fromSeconds: 0, toSeconds: daySeconds };

/** Crash reports over a day: a peak in the afternoon, and a release. */
export interface DayOfLoad {
  /** Reports per second in the quietest and in the busiest minute without a release. */
  readonly lowest: number;
  readonly highest: number;
  /** How a release multiplies the rate; 1 for a day without one. */
  readonly releaseFactor: number;
  readonly releaseAtSeconds: number;
  /** Durations of the rise, the plateau and the fall of the rate. */
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly declineSeconds: number;
}

const hour = 3600;

/** Around a release: long enough for its rise, its plateau and the scaling down. */
export const releaseHours: Span = { fromSeconds: 14 * hour, toSeconds: 19 * hour };

const peakAtSeconds = 16 * hour;

/** 20 to 30 reports per second; from 15:00 the rate grows by half within three minutes. */
export const ordinaryDay: DayOfLoad = {
  lowest: 20,
  highest: 30,
  releaseFactor: 1.5,
  releaseAtSeconds: 15 * hour,
  rampSeconds: 180,
  holdSeconds: 2 * hour,
  declineSeconds: 3 * hour,
};

/** The only values that must change for a hundred times the load. */
export const hundredfold = { crashmoverMaxReplicas: 300, ingestMaxReplicas: 150 } as const;

/** A multiple of the load within a minute, for example when all spools are shipped after an outage of S3. */
export function surgeDay(factor: number): DayOfLoad {
  return {
    ...ordinaryDay,
    releaseFactor: factor,
    rampSeconds: 60,
    holdSeconds: 20 * 60,
    declineSeconds: 5 * 60,
  };
}

export function multiply(day: DayOfLoad, factor: number): DayOfLoad {
  return { ...day, lowest: day.lowest * factor, highest: day.highest * factor };
}

/** The mean number of reports in a second. */
export function expectedRate(day: DayOfLoad, atSeconds: number): number {
  const middle = (day.lowest + day.highest) / 2;
  const swing = (day.highest - day.lowest) / 2;
  const phase = (2 * Math.PI * (atSeconds - peakAtSeconds)) / daySeconds;
  return (middle + swing * Math.cos(phase)) * releaseFactor(day, atSeconds);
}

/** The random number of reports that arrive in the second. */
export function arrivals(day: DayOfLoad, atSeconds: number, random: Random): number {
  return poisson(expectedRate(day, atSeconds), random);
}

function releaseFactor(day: DayOfLoad, atSeconds: number): number {
  const since = atSeconds - day.releaseAtSeconds;
  const extra = day.releaseFactor - 1;
  if (since <= 0) return 1;
  if (since < day.rampSeconds) return 1 + (extra * since) / day.rampSeconds;
  const declining = since - day.rampSeconds - day.holdSeconds;
  return 1 + extra * Math.min(1, Math.max(0, 1 - declining / day.declineSeconds));
}

/** Returns a number from 0 (inclusive) to 1 (exclusive). */
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

/** Above this mean, a normal distribution is close enough and much faster. */
const exactUpTo = 50;

/** A random number of events with this mean. */
export function poisson(mean: number, random: Random): number {
  if (mean > exactUpTo) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** The Box-Muller transform. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
