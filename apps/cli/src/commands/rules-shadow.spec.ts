import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  acceptAllRuleset,
  freePort,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CapturedOutput, runCaptured } from '../../test/run-captured.js';

const id = '20261129T120000000Z-00000001';
const run = {
  id,
  revision: '0123456789abcdef',
  startedAt: '2026-11-20T09:59:00.000Z',
  endsAt: '2026-11-20T10:09:00.000Z',
  instances: [],
  reports: 0,
  evaluated: 0,
  changed: 0,
  verdicts: [],
  rules: [],
  products: [],
  cost: { live: { meanUs: 0, maxUs: 0 }, draft: { meanUs: 0, maxUs: 0 } },
};
const counted = {
  ...run,
  ruleset: { rules: ['long'] },
  instances: [{ instance: 'ingest-0', reportedAt: '2026-11-20T10:01:00.000Z' }],
  reports: 1500,
  evaluated: 1200,
  changed: 340,
  verdicts: [
    { live: 'accept', draft: 'accept', reports: 860 },
    { live: 'accept', draft: 'reject', reports: 340 },
  ],
  rules: [
    { rule: 'no_nightly', decided: 340, errors: 0 },
    { rule: 'never', decided: 0, errors: 0 },
    { rule: 'the_rest', decided: 860, errors: 7 },
  ],
  products: [{ product: 'Firefox', channel: 'nightly', evaluated: 1200, changed: 340 }],
  cost: { live: { meanUs: 30, maxUs: 90 }, draft: { meanUs: 40, maxUs: 120 } },
};
const ended = { ...counted, ended: { reason: 'expired', at: '2026-11-20T10:00:55.000Z' } };

const result = `draft ${id}: expired, 1 ingest process
The draft is expensive: it was evaluated on 1,200 of 1,500 reports.
340 of 1,200 reports would get another verdict (28.3 %)

live \\ draft  accept  reject
accept           860     340

rule of the draft  decides
no_nightly             340  28.3 %
the_rest               860  71.7 %  failed on 7

product  channel  reports  changed
Firefox  nightly    1,200      340  28.3 %

A verdict of the draft takes 40 µs (at most 120), a live one 30 µs (at most 90).
`;

function answer(body: object, status = 200): ScriptedAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

const running = answer({ state: 'running', run: counted });

describe('antenna rules shadow', () => {
  let directory: TemporaryDirectory;
  let draft: string;
  let server: ScriptedServer;
  let args: string[];

  beforeEach(async () => {
    directory = await temporaryDirectory();
    draft = join(directory.path, 'draft.yaml');
    await writeFile(draft, acceptAllRuleset);
    server = await startScriptedServer();
    args = ['rules', 'shadow', '--url', server.url];
  });
  afterEach(async () => {
    await server.stop();
    await directory.remove();
  });

  it('starts the draft, follows it until it ends, and prints the result', async () => {
    server.script(
      answer({ state: 'running', run }, 201),
      running,
      answer({ state: 'ended', run: ended }),
    );
    const { code, stdout, stderr } = await runCaptured([...args, draft, '--for', '2m']);

    expect(code).toBe(0);
    expect(stdout).toBe(result);
    expect(stderr).toBe(`the draft ${id} runs until ${run.endsAt}; Ctrl-C leaves it running\n`);
    const [{ method, url, body } = { method: '', url: '', body: '' }] = server.requests;
    expect([method, url]).toEqual(['POST', '/v1/shadow']);
    expect(JSON.parse(String(body))).toEqual({ ruleset: acceptAllRuleset, for: '2m' });
  });

  it('reads the draft from standard input', async () => {
    server.script(answer({ state: 'running', run: ended }, 201));
    const stdin = Readable.from([Buffer.from(acceptAllRuleset)]);
    expect((await runCaptured([...args, '-'], { stdin })).code).toBe(0);
    expect(JSON.parse(String(server.requests[0]?.body))).toMatchObject({ for: '10m' });
  });

  it('redraws one block on a terminal', async () => {
    server.script(running, running, answer({ state: 'ended', run: ended }));
    const stdout = new CapturedOutput(true);
    expect((await runCaptured(args, { stdout })).code).toBe(0);

    const lines = result.split('\n').length - 1;
    const blocks = stdout.text.split(`\u001B[${lines}A\u001B[J`);
    expect(blocks).toHaveLength(3);
    expect(blocks[0]).toContain(': 9m left, 1 ingest process');
    expect(blocks[2]).toBe(result);
  });

  it('redraws the block also where the terminal wraps its lines', async () => {
    server.script(running, answer({ state: 'ended', run: ended }));
    const stdout = Object.assign(new CapturedOutput(true), { columns: 40 });
    expect((await runCaptured(args, { stdout })).code).toBe(0);

    // Six lines are longer than 40 characters.
    const rows = result.split('\n').length - 1 + 6;
    expect(stdout.text.split(`\u001B[${rows}A\u001B[J`)).toHaveLength(2);
  });

  it('says how to see products by name', async () => {
    const products = [{ product: 'other', channel: 'none', evaluated: 1200, changed: 340 }];
    server.script(running, answer({ state: 'ended', run: { ...ended, products } }));
    const { stdout } = await runCaptured(args);
    expect(stdout).toContain('To see other products by name, add them to METRIC_PRODUCTS.\n');
  });

  it('prints JSON lines, without the rules', async () => {
    server.script(running, answer({ state: 'ended', run: ended }));
    const { stdout } = await runCaptured([...args, '--json']);

    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { ...counted, ruleset: undefined },
      { ...ended, ruleset: undefined },
    ]);
  });

  it('waits for the last counts of ingest', async () => {
    const early = { ...ended, ended: { reason: 'expired', at: '2026-11-20T10:02:00.000Z' } };
    const late = [{ instance: 'ingest-0', reportedAt: '2026-11-20T10:02:01.000Z' }];
    server.script(
      answer({ state: 'ended', run: early }),
      answer({ state: 'ended', run: { ...early, instances: late, reports: 1501 } }),
    );
    const { stdout } = await runCaptured([...args, '--stop']);
    expect(stdout).toContain('of 1,501 reports');
    expect(server.requests.map(({ method }) => method)).toEqual(['DELETE', 'GET']);
  });

  it('leaves the draft running on Ctrl-C, and says how to stop it', async () => {
    server.script(running);
    const interruption = new AbortController();
    const stdout = new CapturedOutput(true);
    const following = runCaptured(args, { interrupted: interruption.signal, stdout });
    await waitFor(() => stdout.text !== '');
    interruption.abort();

    expect(await following).toMatchObject({
      code: 130,
      stderr: `error: interrupted; the draft ${id} runs until ${run.endsAt}; to stop it: antenna rules shadow --stop\n`,
    });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('bears that a replica does not know the draft yet, and that one is away', async () => {
    server.script(
      answer({ state: 'running', run }, 201),
      answer({ state: 'none' }),
      (response) => response.destroy(),
      answer({ state: 'ended', run: ended }),
    );
    expect((await runCaptured([...args, draft])).code).toBe(0);
  });

  it('fails if another draft had started before', async () => {
    const older = { ...run, id: '20261129T110000000Z-00000001' };
    server.script(answer({ state: 'running', run }, 201), answer({ state: 'running', run: older }));
    const { code, stderr } = await runCaptured([...args, draft]);
    expect(code).toBe(1);
    expect(stderr).toContain(`the draft ${older.id} had started before`);
  });

  it.each([
    [
      { title: 'Another draft is being tried', detail: 'stop it: antenna rules shadow --stop' },
      409,
      'error: Another draft is being tried: stop it: antenna rules shadow --stop\n',
    ],
    [{ title: 'Not Found', detail: 'no draft runs' }, 404, 'error: no draft runs\n'],
    [{}, 500, 'error: throttle-config answers 500\n'],
  ])('reports why it cannot start: %j', async (body, status, expected) => {
    server.script(answer(body, status));
    expect(await runCaptured([...args, draft])).toEqual({ code: 1, stdout: '', stderr: expected });
  });

  it('prints each error of an invalid draft with its line', async () => {
    const errors = [
      { line: 3, column: 5, rule: 'one', message: 'oops', hint: 'fix it' },
      { line: 4, column: 1, message: 'again' },
    ];
    server.script(answer({ title: 'The draft is not valid', errors }, 422));
    const { code, stderr } = await runCaptured([...args, draft]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `${draft}:3:5: rule one: oops (fix it)\n${draft}:4:1: again\nerror: the draft is not valid\n`,
    );
  });

  it('reports that no draft runs, and that throttle-config is away', async () => {
    server.script(answer({ state: 'none' }));
    expect(await runCaptured(args)).toMatchObject({
      code: 1,
      stderr: 'error: no draft runs; start one: antenna rules shadow FILE\n',
    });
    const away = `http://127.0.0.1:${await freePort()}`;
    expect(await runCaptured(['rules', 'shadow', '--stop', '--url', away])).toMatchObject({
      code: 1,
      stderr: `error: no throttle-config at ${away}/: ECONNREFUSED\n`,
    });
    expect(await runCaptured([...args, draft, '--stop'])).toMatchObject({
      code: 1,
      stderr: 'error: give either a file or --stop\n',
    });
  });

  it('reports an answer that is not JSON', async () => {
    server.script((response) => response.end('<html>'));
    const { stderr } = await runCaptured(args);
    expect(stderr).toBe(`error: ${server.url}/ does not answer as throttle-config does\n`);
  });
});
