import { busySamples, type CpuProfile, type ProfileNode } from './cpu-profile.js';

/** A part of the program, and its share of the time in which the thread was busy, 0 to 1. */
export interface PartTime {
  readonly part: string;
  readonly share: number;
}

/** What the profiler itself names so. */
const ofItsOwn: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code under no function',
};
const rest = 'Node.js: sockets, HTTP, timers';

/**
 * The time of a profile by folder of ours or by package, the longest first. What Node does when it is called counts
 * for its caller; what it does by itself is a part of its own.
 */
export function partTimes(profile: CpuProfile): PartTime[] {
  const times = new Map<string, number>();
  let busy = 0;
  for (const { stack, time } of busySamples(profile)) {
    busy += time;
    const part = stack.map(ownPart).find((name) => name !== undefined) ?? rest;
    times.set(part, (times.get(part) ?? 0) + time);
  }
  return [...times]
    .map(([part, time]) => ({ part, share: time / busy }))
    .toSorted((a, b) => b.share - a.share);
}

function ownPart({ callFrame: { functionName, url } }: ProfileNode): string | undefined {
  const ours = /\/dist\/((?:apps|libs|bench)\/.*)\/[^/]*$/.exec(url)?.[1];
  if (ours !== undefined) return ours.replace('/src', '');
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? ofItsOwn[functionName];
}
