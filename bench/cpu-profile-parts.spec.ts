import { describe, expect, it } from '@jest/globals';

import { partTimes } from './cpu-profile-parts.js';
import type { CpuProfile } from './cpu-profile.js';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 0 });

const profile: CpuProfile = {
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
  const shares = new Map(partTimes(profile).map(({ part, share }) => [part, share]));

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
    expect(partTimes(profile)[0]?.part).toBe('apps/ingest/spool');
  });
});
