import { describe, expect, it } from '@jest/globals';

import { runCheck } from './check.js';
import { loggedChecks } from './logged.js';
import { acceptableReports } from './marked-report.js';
import { TestRun } from './test-run.js';

const crashId = 'de1bb258-cbbf-4589-a673-34f800160918';
const traceId = '0af7651916cd43dd8448eb211c80319c';

const messages = [
  `${crashId}: matched by is_nightly; returned ACCEPT`,
  `${crashId} saved`,
  `${crashId} published`,
];

function line(message: string, trace?: string): string {
  return JSON.stringify({ Fields: { message, ...(trace !== undefined && { trace_id: trace }) } });
}

/** How the two checks come out when these lines are all there is. */
async function outcomes(lines: readonly string[]) {
  const run = new TestRun('run', 0, () => 0, new AbortController().signal);
  const source = { runId: 'run', now: new Date(), annotations: {}, randomBytes: Buffer.alloc };
  for (const report of acceptableReports(source).slice(0, 1))
    run.acknowledge({ report, crashId, verdict: 'accept', traceId });
  const logs = { since: async () => lines, close: () => undefined };
  const results: Record<string, unknown> = {};
  for (const check of loggedChecks(logs, run)) {
    const { status, message } = await runCheck(check, () => 0);
    results[check.name] = message === undefined ? status : [status, message];
  }
  return results;
}

describe('loggedChecks', () => {
  it('passes when each step is logged in the trace of the request', async () => {
    const lines = messages.map((message) => line(message, traceId));

    expect(await outcomes(lines)).toEqual({ logged: 'ok', traced: 'ok' });
  });

  it('ignores prefixes of kubectl and other output', async () => {
    const lines = messages.map((message) => `[pod/ingest-0/ingest] ${line(message, traceId)}`);

    expect(await outcomes([`{ ${crashId}`, ...lines])).toEqual({ logged: 'ok', traced: 'ok' });
  });

  it('fails when a step is missing', async () => {
    const lines = messages.slice(0, 2).map((message) => line(message, traceId));

    expect(await outcomes(lines)).toEqual({
      logged: ['failed', `no log line contains "${crashId} published"`],
      traced: 'ok',
    });
  });

  it('fails when a step is in another trace', async () => {
    const lines = messages.map((message, index) => line(message, index === 1 ? 'other' : traceId));

    expect(await outcomes(lines)).toEqual({
      logged: 'ok',
      traced: ['failed', `not in the trace of the request: "${crashId} saved"`],
    });
  });

  it('reports that tracing is off when no line has a trace id', async () => {
    expect(await outcomes(messages.map((message) => line(message)))).toEqual({
      logged: 'ok',
      traced: ['skipped', expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT')],
    });
  });
});
