/** Crash reports over a day: a gentle rise, a peak in the afternoon, an ebb; and a release within it. */
import { poisson, type Random } from './random.js';

export const daySeconds = 86_400;

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
