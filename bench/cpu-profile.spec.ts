import { describe, expect, it } from '@jest/globals';

import { type CpuProfile, functionTimes, partTimes } from './cpu-profile.js';

const frame = (functionName: string, url = '', lineNumber = -1) => ({
  functionName,
  url,
  lineNumber,
});

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5, 6] },
    { id: 2, callFrame: frame('outer', 'file:///x/dist/apps/a.js', 9), children: [3] },
    { id: 3, callFrame: frame('inner', 'file:///x/node_modules/b/c.js', 0), children: [4] },
    { id: 4, callFrame: frame('outer', 'file:///x/dist/apps/a.js', 9) },
    { id: 5, callFrame: frame('(idle)') },
    { id: 6, callFrame: frame('load', 'node:internal/modules/esm/loader', 1), children: [7] },
    { id: 7, callFrame: frame('startUp', 'file:///x/dist/apps/a.js', 0) },
  ],
  samples: [2, 3, 4, 5, 7],
  timeDeltas: [10, 20, 70, 900, 500],
};

describe('the functions of a CPU profile', () => {
  const times = new Map(functionTimes(profile).map((time) => [time.name, time]));

  it('distinguishes functions by their position in the sources', () => {
    expect([...times.keys()].toSorted()).toEqual([
      '(root)',
      'inner b/c.js:1',
      'outer apps/a.js:10',
    ]);
  });

  it('computes own time and time with callees, without idle time and loading', () => {
    expect(times.get('inner b/c.js:1')).toMatchObject({ self: 0.2, total: 0.9 });
  });

  it('counts recursive calls once', () => {
    expect(times.get('outer apps/a.js:10')).toMatchObject({ self: 0.8, total: 1 });
  });

  it('sorts by time, longest first', () => {
    expect(functionTimes(profile)[0]?.name).toBe('outer apps/a.js:10');
  });
});

const partsProfile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 3, 6, 7] },
    { id: 2, callFrame: frame('onread', 'node:internal/stream_base_commons') },
    {
      id: 3,
      callFrame: frame('commit', 'file:///x/dist/apps/ingest/src/spool/draft.js'),
      children: [4, 5],
    },
    { id: 4, callFrame: frame('writev') },
    { id: 5, callFrame: frame('send', 'file:///x/node_modules/@a/b/lib/c.js') },
    { id: 6, callFrame: frame('(idle)') },
    { id: 7, callFrame: frame('(garbage collector)') },
  ],
  samples: [2, 3, 4, 5, 6, 7],
  timeDeltas: [10, 20, 40, 25, 900, 5],
};

describe('partTimes', () => {
  const shares = new Map(partTimes(partsProfile).map(({ part, share }) => [part, share]));

  it('groups time by folder of the project, with what Node does for it', () => {
    expect(shares.get('apps/ingest/spool')).toBeCloseTo(0.6);
  });

  it('groups time by package', () => {
    expect(shares.get('@a/b')).toBeCloseTo(0.25);
  });

  it('counts time of Node itself as Node, and leaves out idle time', () => {
    expect(shares.get('Node.js: sockets, HTTP, timers')).toBeCloseTo(0.1);
    expect(shares.get('garbage collection')).toBeCloseTo(0.05);
    expect([...shares.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
  });

  it('sorts by time, longest first', () => {
    expect(partTimes(partsProfile)[0]?.part).toBe('apps/ingest/spool');
  });
});
