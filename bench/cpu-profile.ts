/** A sampled CPU profile. Format: Chrome DevTools Protocol, `Profiler.Profile`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** Shares of the thread's busy time, 0 to 1. */
export interface FunctionTime {
  readonly name: string;
  /** In the function itself. */
  readonly self: number;
  /** Including its callees. */
  readonly total: number;
}

/** A sample of a busy thread: its stack, innermost first. */
interface BusySample {
  readonly stack: readonly ProfileNode[];
  /** Microseconds. */
  readonly time: number;
}

const idle = '(idle)';
const moduleLoader = 'node:internal/modules/';

/** The samples without idle time and the loading of code at the start. */
function busySamples({ nodes, samples, timeDeltas }: CpuProfile): BusySample[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const stackOf = (id: number): ProfileNode[] => {
    const stack: ProfileNode[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node) stack.push(node);
    }
    return stack;
  };
  const stacks = new Map(nodes.map(({ id }) => [id, stackOf(id)]));
  return samples
    .map((id, index) => ({ stack: stacks.get(id) ?? [], time: timeDeltas[index] ?? 0 }))
    .filter(({ stack }) => stack.every(isWork));
}

function isWork({ callFrame }: ProfileNode): boolean {
  return callFrame.functionName !== idle && !callFrame.url.startsWith(moduleLoader);
}

/** The functions of a profile, longest first. Time is wall time, including interruptions and waits for locks. */
export function functionTimes(profile: CpuProfile): FunctionTime[] {
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  let busy = 0;
  for (const { stack, time } of busySamples(profile)) {
    busy += time;
    const names = stack.map(nameOf);
    add(self, names[0] ?? '', time);
    for (const name of new Set(names)) add(total, name, time);
  }
  return [...total]
    .map(([name, time]) => ({ name, self: (self.get(name) ?? 0) / busy, total: time / busy }))
    .toSorted((a, b) => b.self - a.self);
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

/** `sync apps/ingest/src/…js:12`; native functions have no location. */
function nameOf({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  const location = url.replace(/^.*\/(?:node_modules|dist)\//, '');
  return location === '' ? name : `${name} ${location}:${lineNumber + 1}`;
}

/** A part of the program, and its share of the thread's busy time, 0 to 1. */
export interface PartTime {
  readonly part: string;
  readonly share: number;
}

/** Names that the profiler gives to its own entries. */
const profilerEntries: Readonly<Record<string, string>> = {
  '(garbage collector)': 'garbage collection',
  '(program)': 'native code under no function',
};
const rest = 'Node.js: sockets, HTTP, timers';

/**
 * The time of a profile by folder of the project or by package, longest first. What Node does for a caller counts as
 * the caller's time.
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
  const own = /\/dist\/((?:apps|libs|bench)\/.*)\/[^/]*$/.exec(url)?.[1];
  if (own !== undefined) return own.replace('/src', '');
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? profilerEntries[functionName];
}
