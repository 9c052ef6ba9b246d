/** What a sampled CPU profile says, function by function. Format: Chrome DevTools Protocol, `Profiler.Profile`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node that was on top of the stack at each sample. */
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

/** Parts of the time in which the thread was busy, 0 to 1. */
export interface FunctionTime {
  readonly name: string;
  /** In the function itself. */
  readonly self: number;
  /** In it and in all that it called. */
  readonly total: number;
}

const idle = '(idle)';

/**
 * The functions of a profile, the longest first. Time is of the wall: a function that the kernel
 * interrupts, or makes wait for a lock, is charged with it.
 */
export function functionTimes({ nodes, samples, timeDeltas }: CpuProfile): FunctionTime[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((c) => [c, id])));
  const self = new Map<string, number>();
  const total = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    if (!node || node.callFrame.functionName === idle) return;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    add(self, nameOf(node), time);
    const names = new Set<string>();
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const caller = byId.get(at);
      if (caller) names.add(nameOf(caller));
    }
    for (const name of names) add(total, name, time);
  });
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
