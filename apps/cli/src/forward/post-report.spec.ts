import { aReport, type ScriptedServer, startScriptedServer } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { postReport } from './post-report.js';

let server: ScriptedServer;
let delays: number[];
let interruption: AbortController;

beforeEach(async () => {
  server = await startScriptedServer();
  delays = [];
  interruption = new AbortController();
});

afterEach(() => server.stop());

async function post(onSleep: () => void = () => undefined) {
  return await postReport(
    { report: aReport().build(), headers: {} },
    {
      url: new URL(server.url),
      interrupted: interruption.signal,
      sleep: async (milliseconds) => {
        delays.push(milliseconds);
        onSleep();
      },
    },
  );
}

const newCrashId = 'de1bb258-cbbf-4589-a673-34f800261120';

describe('postReport', () => {
  it.each([408, 429, 500, 503])('tries again after %i', async (status) => {
    server.script(
      (response) => response.writeHead(status).end(),
      (response) => response.end(`CrashID=bp-${newCrashId}\n`),
    );
    expect(await post()).toEqual({ kind: 'forwarded', status: 200, newCrashId });
    expect(delays).toEqual([500]);
  });

  it('waits longer each time, and returns the fifth failure', async () => {
    server.script((response) => response.destroy());
    expect(await post()).toMatchObject({ kind: 'failed', concerns: 'all' });
    expect(delays).toEqual([500, 1000, 2000, 4000]);
    expect(server.requests).toHaveLength(5);
  });

  it('does not repeat a report that was refused', async () => {
    server.script((response) => response.writeHead(400).end('Discarded=malformed_bad_gzip'));
    expect(await post()).toMatchObject({ kind: 'failed', concerns: 'this' });
    expect(server.requests).toHaveLength(1);
  });

  it('is not repeated after an interruption', async () => {
    server.script((response) => response.writeHead(503).end());
    expect(await post(() => interruption.abort())).toEqual({ kind: 'interrupted' });
    expect(server.requests).toHaveLength(1);
  });
});
