/** Crash reports over a day: a gentle rise, a peak in the afternoon, an ebb; and a release within it. */
import { poisson, type Random } from './random.js';

export const daySeconds = 86_400;

/** Simulated before that, so that it begins with as many pods as the hours before have left. */
export const warmUpSeconds = 3600;

/** The part of a day that is looked at. */
export interface Span {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

export const wholeDay: Span = { fromSeconds: 0, toSeconds: daySeconds };

export interface DayOfLoad {
  /** Reports a second in the quietest and in the busiest minute without a release. */
  readonly lowest: number;
  readonly highest: number;
  /** What a release does to the rate; 1 for a day without one. */
  readonly releaseFactor: number;
  readonly releaseAtSeconds: number;
  /** How long the rate takes to rise, stays up, and takes to ebb. */
  readonly rampSeconds: number;
  readonly holdSeconds: number;
  readonly ebbSeconds: number;
}

const hour = 3600;

/** Around a release: long enough for its rise, its plateau and the scaling down. */
export const releaseHours: Span = { fromSeconds: 14 * hour, toSeconds: 19 * hour };

const peakAtSeconds = 16 * hour;

/** 20 to 30 reports a second, half as many again from three in the afternoon, within three minutes. */
export const ordinaryDay: DayOfLoad = {
  lowest: 20,
  highest: 30,
  releaseFactor: 1.5,
  releaseAtSeconds: 15 * hour,
  rampSeconds: 180,
  holdSeconds: 2 * hour,
  ebbSeconds: 3 * hour,
};

/** So much more from one minute to the next: an outage of S3 has ended, and all spools are shipped at once. */
export function surgeDay(factor: number): DayOfLoad {
  return {
    ...ordinaryDay,
    releaseFactor: factor,
    rampSeconds: 60,
    holdSeconds: 20 * 60,
    ebbSeconds: 5 * 60,
  };
}

export function timesAsMuch(day: DayOfLoad, factor: number): DayOfLoad {
  return { ...day, lowest: day.lowest * factor, highest: day.highest * factor };
}

/** Reports a second that are to be expected. */
export function expectedRate(day: DayOfLoad, atSeconds: number): number {
  const middle = (day.lowest + day.highest) / 2;
  const swing = (day.highest - day.lowest) / 2;
  const phase = (2 * Math.PI * (atSeconds - peakAtSeconds)) / daySeconds;
  return (middle + swing * Math.cos(phase)) * releaseFactor(day, atSeconds);
}

/** Reports that arrive in the second, which is never exactly what was expected. */
export function arrivals(day: DayOfLoad, atSeconds: number, random: Random): number {
  return poisson(expectedRate(day, atSeconds), random);
}

function releaseFactor(day: DayOfLoad, atSeconds: number): number {
  const since = atSeconds - day.releaseAtSeconds;
  const extra = day.releaseFactor - 1;
  if (since <= 0) return 1;
  if (since < day.rampSeconds) return 1 + (extra * since) / day.rampSeconds;
  const ebbing = since - day.rampSeconds - day.holdSeconds;
  return 1 + extra * Math.min(1, Math.max(0, 1 - ebbing / day.ebbSeconds));
}
