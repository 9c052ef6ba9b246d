import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type CapturedRun, runCaptured } from '../../test/run-captured.js';

const [second, first] = ['2222222222222222', '1111111111111111'];
const source = 'ConfigMap crashes/throttle-rules';
const entries = [
  { revision: second, acceptedAt: '2026-01-02T00:00:00.000Z', source, user: 'jane', live: true },
  { revision: first, acceptedAt: '2026-01-01T00:00:00.000Z', source, live: false },
];
const goBack = { commands: ['curl …', 'kubectl …'], note: 'It belongs to Helm.' };
const answers: Readonly<Record<string, object>> = {
  '/v1/history': { entries },
  [`/v1/history/${first}`]: { ...entries[1], ruleset: 'rules: []\n', goBack },
  [`/v1/history/diff?from=${first}&to=${second}`]: { from: first, to: second, diff: '-a\n+b\n' },
  [`/v1/history/diff?from=${first}&to=${first}`]: { from: first, to: first, diff: '' },
};

let server: Server;

beforeEach(async () => {
  server = createServer(({ url = '' }, response) => {
    const answer = answers[url];
    response.writeHead(answer ? 200 : 404).end(answer && JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function history(...args: string[]): Promise<CapturedRun> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return await runCaptured(['rules', 'history', ...args, '--url', url]);
}

describe('antenna rules history', () => {
  it('lists the accepted rulesets, newest first', async () => {
    const { code, stdout } = await history();

    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^2{16} .*2026-01-02T00:00:00\.000Z .*live .*throttle-rules .*jane$/),
      expect.stringMatching(/^1{16} .*2026-01-01T00:00:00\.000Z /),
    ]);
  });

  it('prints a ruleset as it was written, and on stderr how to go back to it', async () => {
    const { stdout, stderr } = await history(first);

    expect(stdout).toBe('rules: []\n');
    expect(stderr).toBe('\nTo go back:\n  curl …\n  kubectl …\nIt belongs to Helm.\n');
  });

  it('prints how a revision differs from another one', async () => {
    expect((await history(second, '--diff', first)).stdout).toBe('-a\n+b\n');
    expect((await history(first, '--diff', first)).stdout).toBe('the documents are equal\n');
  });

  it('prints the answer of throttle-config with --json', async () => {
    expect(JSON.parse((await history('--json')).stdout)).toEqual({ entries });
  });

  it.each([
    [['3333333333333333'], 'the history does not have 3333333333333333'],
    [['--diff', first], 'give a revision with --diff'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await history(...args);

    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });
});
