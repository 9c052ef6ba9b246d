import { OpenSearchCrashIndex } from '#antenna/crash-index';
import { openSearchPeer } from '#antenna/testing';

import { readUsage } from '../servers/process-usage.js';
import type { MeasuredIndex } from './measure-index.js';

/** A query that takes longer fails the benchmark. */
const deadlineMs = 60_000;

/** Measures an index in a server of its own; undefined where OpenSearch is not installed. */
export async function withOpenSearch<T>(
  measure: (index: MeasuredIndex) => Promise<T>,
): Promise<T | undefined> {
  if (!openSearchPeer.isInstalled) return undefined;
  const server = await openSearchPeer.start();
  const index = new OpenSearchCrashIndex({
    url: server.url,
    prefix: 'crashes',
    timeoutMs: deadlineMs,
  });
  try {
    return await measure({
      feed: index,
      search: index,
      async cpuMs() {
        const { user, system } = process.cpuUsage();
        return (await readUsage(server.pid)).cpuMs + (user + system) / 1000;
      },
      async settle() {
        for (const step of ['_refresh', '_flush'])
          await fetch(`${server.url}/crashes/${step}`, { method: 'POST' });
      },
      async bytes() {
        return (await index.weeks()).reduce((sum, { bytes }) => sum + bytes, 0);
      },
    });
  } finally {
    await index.close();
    await server.stop();
  }
}
