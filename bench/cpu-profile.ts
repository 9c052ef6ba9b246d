/** What a sampled CPU profile says, function by function. Format: Chrome DevTools Protocol, `Profiler.Profile`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node that was on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** Parts of the time in which the thread was busy, 0 to 1. */
export interface FunctionTime {
  readonly name: string;
  /** In the function itself. */
  readonly self: number;
  /** In it and in all that it called. */
  readonly total: number;
}

/** A sample of a thread at work: what it was in, from the inside out. */
export interface BusySample {
  readonly stack: readonly ProfileNode[];
  /** Microseconds. */
  readonly time: number;
}

const idle = '(idle)';
const moduleLoader = 'node:internal/modules/';

/** The samples that count: neither idle time nor the loading of code at the start. */
export function busySamples({ nodes, samples, timeDeltas }: CpuProfile): BusySample[] {
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

/**
 * The functions of a profile, the longest first. Time is of the wall: a function that the kernel
 * interrupts, or makes wait for a lock, is charged with it.
 */
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

/** `sync apps/ingest/src/…js:12`; native functions have no place. */
function nameOf({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame;
  const name = functionName === '' ? '(anonymous)' : functionName;
  const place = url.replace(/^.*\/(?:node_modules|dist)\//, '');
  return place === '' ? name : `${name} ${place}:${lineNumber + 1}`;
}
