import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { waitFor } from '#antenna/testing';
import { parseRuleset } from '#antenna/throttle';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const { ruleset } = parseRuleset(`
apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: sampled, match: get("A") == "1", sample: { percent: 10, within: continue, beyond: reject } }
  - { name: kept, match: get("B") == "1", result: accept }
  - { name: idle, match: get("C") == "1", result: defer }
`);

let server: Server;
let url: string;
/** What `/v1/status` answers; undefined: nothing. */
let status: string | undefined;
let asked: boolean;

function statusOf(verdicts: readonly unknown[], instances: readonly unknown[] = [{}, {}]): string {
  return JSON.stringify({ instances, verdictMinutes: 10, verdicts });
}

async function explain(interrupted = new AbortController().signal): Promise<CapturedRun> {
  return await runCaptured(['rules', 'explain', '--url', url], { interrupted });
}

beforeEach(async () => {
  asked = false;
  server = createServer((request, response) => {
    if (request.url === '/v1/ruleset') {
      response.end(ruleset?.canonicalJson);
      return;
    }
    asked = request.url === '/v1/status';
    if (status === '') response.writeHead(404);
    if (status !== undefined) response.end(status);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('antenna rules explain with shares', () => {
  it('prints the reports that each rule decided, in percent and as a count', async () => {
    status = statusOf([
      { rule: 'kept', counts: { accept: 1500 } },
      { rule: 'sampled', counts: { continue: 70, reject: 499 } },
      { rule: 'NO_MATCH', counts: { reject: 1 } },
    ]);

    const { stdout, stderr } = await explain();
    expect(stderr).toBe('');
    expect(stdout.split('\n').slice(1)).toEqual([
      'Beside each rule: its share of the 2,000 reports of the last 10 minutes that 2 ingest instances reported to this replica.',
      '',
      '  1.  24.9 %    499  sampled',
      '     when get("A") == "1": pass 10 % on to the next rules, reject the rest',
      '  2.  75.0 %  1,500  kept',
      '     when get("B") == "1": keep',
      '  3.   0.0 %      0  idle',
      '     when get("C") == "1": keep without processing',
      '       0.1 %      1  otherwise: reject (NO_MATCH)',
      '',
    ]);
  });

  it('uses the singular for one instance', async () => {
    status = statusOf([{ rule: 'kept', counts: { defer: 1 } }], [{}]);
    expect((await explain()).stdout).toContain(
      'that 1 ingest instance reported to this replica.\n',
    );
  });

  it.each([
    ['no report was decided', []],
    ['reports only went on to other rules', [{ rule: 'sampled', counts: { continue: 3 } }]],
  ])('prints no shares when %s', async (_, verdicts) => {
    status = statusOf(verdicts);
    const { code, stdout, stderr } = await explain();
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('\n\n  1. sampled\n');
    expect(stdout).toContain('\n     otherwise: reject (NO_MATCH)\n');
    expect(stdout).not.toContain('Beside each rule');
  });

  it.each([
    ['', /^the shares of the rules are unknown: throttle-config at http.* answers 404\n$/],
    ['<html>', /^the shares of the rules are unknown: its status is not JSON\n$/],
    ['{"verdicts":[]}', /are unknown: its status has the format of another version\n$/],
    [statusOf([{ rule: 'kept', counts: { accept: '1' } }]), /has the format of another version\n$/],
  ])(
    'prints a line instead of the shares, and explains the rules, after the answer %j',
    async (text, line) => {
      status = text;
      const { code, stdout, stderr } = await explain();
      expect(code).toBe(0);
      expect(stderr).toMatch(line);
      expect(stdout).toContain('\n\n  1. sampled\n');
    },
  );

  it('stops waiting on Ctrl-C', async () => {
    status = undefined;
    const interruption = new AbortController();
    const running = explain(interruption.signal);
    await waitFor(() => asked);
    interruption.abort();
    expect(await running).toEqual({ code: 130, stdout: '', stderr: 'error: interrupted\n' });
  });
});
