import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dumpKey, dumpNamesKey, rawCrashKey } from '#antenna/crash-report';
import {
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OperatorData } from '../../test/operator-data.js';
import { CapturedOutput, type CapturedRun } from '../../test/run-captured.js';

const day = '2026-11-22';
let data: OperatorData;
let server: ScriptedServer;
let files: TemporaryDirectory;
let interruption: AbortController;

beforeEach(async () => {
  data = await OperatorData.create();
  server = await startScriptedServer();
  files = await temporaryDirectory();
  interruption = new AbortController();
  server.script(accept);
});

afterEach(async () => {
  await server.stop();
  await data.dispose();
  await files.remove();
});

const accept: ScriptedAnswer = (response, { body }) =>
  response.end(`CrashID=bp-${/Crash":"(.*?)"/.exec(body.toString())?.[1]}\n`);
const answer =
  (status: number, body: string): ScriptedAnswer =>
  (response) =>
    response.writeHead(status).end(body);

/** Stored crashes whose annotation `Crash` is their id. */
async function stored(count: number): Promise<string[]> {
  const ids = await data.storedCrashes(count, { day });
  const { crashes } = data.backend;
  for (const id of ids) {
    const rawCrash = { Crash: id, metadata: { payload: 'json' }, uuid: id, version: 2 };
    await crashes.put(dumpNamesKey(id), Buffer.from('["upload_file_minidump"]'));
    await crashes.put(dumpKey(id, 'upload_file_minidump'), Buffer.from(`MDMP of ${id}`));
    await crashes.put(rawCrashKey(id), Buffer.from(JSON.stringify(rawCrash)));
  }
  return ids;
}

async function forward(...args: string[]): Promise<CapturedRun> {
  const { signal: interrupted } = interruption;
  const environment = { FORWARD_TOKEN: '' };
  const command = ['forward', '--url', server.url, '--rate', '10000', ...args];
  return await data.run(command, { interrupted, environment });
}

const sentIds = (): string[] =>
  server.requests.map(({ body }) => /Crash":"(.*?)"/.exec(body.toString())?.[1] ?? '').toSorted();

/** The ids in the lines of `--json`. */
function idsIn({ stdout }: CapturedRun): string[] {
  const lines = stdout.trim().split('\n');
  return lines.map((line): string => JSON.parse(line).crashId).toSorted();
}

async function bodiesLeft(): Promise<string[]> {
  return (await data.backend.processing.peek(100)).map(({ body }) => body).toSorted();
}

describe('antenna forward', () => {
  it('sends the crashes of a day, and prints how many and the answers', async () => {
    const ids = await stored(3);
    server.script(accept, accept, answer(200, 'Discarded=rule_some\n'));
    expect(await forward('--date', '20261122')).toEqual({
      code: 0,
      stdout: `forwarded 3 of 3 crashes to ${server.url}/\n2  200 CrashID\n1  200 Discarded=rule_some\n`,
      stderr: '',
    });
    expect(sentIds()).toEqual(ids);
  });

  it('sends the crashes of several days, and the same sample each time', async () => {
    const ids = [...(await data.storedCrashes(20, { day: '2026-11-21' })), ...(await stored(20))];
    await Promise.all(
      ids.map((id) => data.backend.crashes.put(dumpNamesKey(id), Buffer.from('[]'))),
    );
    const args = ['--since', '20261121', '--until', '20261122', '--sample', '50%', '--json'];
    const [first, second] = [await forward(...args), await forward(...args)];
    expect(idsIn(first)).toEqual(idsIn(second));
    expect(idsIn(first).length).toBeGreaterThan(5);
    expect(idsIn(first).length).toBeLessThan(35);
  });

  it("reports answers that are no collector's, each in one line", async () => {
    await stored(1);
    server.script(answer(200, 'CrashID=bp-../..\nerror: 1  200 CrashID\n'));
    expect(await forward('--date', '20261122')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(String.raw`: 200 CrashID=bp-../..\u000aerror: 1  200`),
    });
    const ids = await stored(25);
    server.script(
      ...ids.map(() => answer(401, 'no\nerror: fine\n')),
      answer(401, 'no\nerror: fine\n'),
    );
    const { stderr } = await forward('--date', '20261122', '--concurrency', '1');
    expect(stderr).toContain(String.raw`the last failure: 401 no\u000aerror: fine`);
  });

  it('reports crashes that are missing, damaged or refused, and sends the others', async () => {
    const [missing = '', damaged = '', refused = '', fine = ''] = await stored(4);
    await data.backend.crashes.delete(rawCrashKey(missing));
    await data.backend.crashes.delete(dumpKey(damaged, 'upload_file_minidump'));
    const list = join(files.path, 'ids');
    await writeFile(list, [missing, damaged, refused, fine].join('\n'));
    server.script(answer(400, 'Discarded=malformed_\u001b[31m\n'), accept);
    const { code, stdout, stderr } = await forward('--ids', list, '--concurrency', '1');
    expect({ code, stdout: stdout.split('\n')[0] }).toEqual({
      code: 1,
      stdout: `forwarded 1 of 4 crashes to ${server.url}/`,
    });
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(`^not forwarded: ${missing}: there is no such crash in /`),
      `not forwarded: ${damaged}: dump upload_file_minidump is missing`,
      `not forwarded: ${refused}: 400 Discarded=malformed_\\u001b[31m`,
      'error: 3 crashes were not forwarded',
      '',
    ]);
    expect(sentIds()).toEqual([refused, fine].toSorted());
  });

  it('prints failures on a terminal when the progress bar is gone', async () => {
    const [first, second] = await stored(2);
    server.script(answer(400, 'no'));
    const stderr = new CapturedOutput(true);
    const args = ['forward', '--url', server.url, '--date', '20261122'];
    expect((await data.run(args, { stderr })).code).toBe(1);
    const failures = stderr.text.slice(stderr.text.indexOf('not forwarded'));
    expect(failures.split('\n').toSorted()).toEqual([
      '',
      'error: 2 crashes were not forwarded',
      `not forwarded: ${first}: 400 no`,
      `not forwarded: ${second}: 400 no`,
    ]);
  });

  it('counts an answer as success only when a collector gave it', async () => {
    const [id] = await stored(1);
    server.script(answer(200, '<html>Welcome</html>'));
    const { code, stderr } = await forward('--date', '20261122');
    expect([code, stderr.split('\n')[0]]).toEqual([
      1,
      `not forwarded: ${id}: 200 <html>Welcome</html>`,
    ]);
  });

  it('stops when the token is refused for twenty crashes in a row', async () => {
    await stored(30);
    const token = join(files.path, 'token');
    await writeFile(token, 'wrong\n');
    server.script(answer(401, 'Discarded=unauthorized_uuid'));
    const { code, stderr, stdout } = await forward(
      '--date',
      '20261122',
      '--token-file',
      token,
      '--concurrency',
      '1',
    );
    expect(server.requests).toHaveLength(20);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer wrong' });
    expect({ code, last: stderr.trim().split('\n').at(-1) }).toEqual({
      code: 1,
      last: 'error: stopped because every crash fails; the last failure: 401 Discarded=unauthorized_uuid',
    });
    expect(stdout + stderr).not.toContain('wrong');
  });

  it('sends nothing in a dry run, but finds what cannot be read', async () => {
    const [, damaged = ''] = await stored(3);
    await data.backend.crashes.put(dumpNamesKey(damaged), Buffer.from('?'));
    const { code, stdout, stderr } = await forward('--date', '20261122', '--dry-run');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^would forward 2 of 3 crashes to http:.*, 1\.\d KiB\n$/);
    expect(stderr).toContain(`not forwarded: ${damaged}: object v1/dump_names/`);
    expect(server.requests).toHaveLength(0);
  });

  it('completes what is in flight when interrupted, and a later run sends exactly the rest', async () => {
    const ids = await stored(10);
    const state = join(files.path, 'state');
    const args = ['--date', '20261122', '--state', state, '--concurrency', '2'];
    const interrupt: ScriptedAnswer = (response, request) => {
      interruption.abort();
      accept(response, request);
    };
    server.script(accept, interrupt, accept);
    const { code, stderr } = await forward(...args);
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'error: interrupted\n' });
    const first = sentIds();
    expect(first.length).toBeLessThan(ids.length);
    const recorded = (await readFile(state, 'utf8')).trim().split('\n').slice(1);
    expect(recorded.toSorted()).toEqual(first);

    interruption = new AbortController();
    const { stdout } = await forward(...args);
    expect(stdout).toContain(`; an earlier run forwarded ${first.length}\n`);
    expect(sentIds()).toEqual(ids);
    expect((await forward(...args)).stdout).toContain('forwarded 0 of 0 crashes');
  });

  it.each([
    [[], 'give one of --date, --since, --ids and --queue'],
    [['--date', '20261122', '--ids', 'x'], 'give one of --date'],
    [['--date', '20261122', '--until', '20261123'], '--until requires --since'],
    [['--since', '20261123', '--until', '20261122'], '--since 20261123 is after the last day'],
    [['--date', '20261122', '--follow'], '--follow requires --queue'],
    [['--queue', 'processing', '--state', 'x'], '--state and --dry-run do not work with --queue'],
    [['--date', '20261122', '--sample', '200%'], 'Must be a percentage such as 10%'],
    [['--date', '20261122', '--token-file', '/nonexistent'], 'cannot read /nonexistent'],
    [['--date', '20261122', '--stored', '/nonexistent'], '/nonexistent is not a directory'],
  ])('rejects %j', async (args, message) => {
    const { code, stderr } = await forward(...args);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(stderr).toContain(message);
  });
});

describe('antenna forward --queue', () => {
  it('deletes a message after the answer and not before', async () => {
    const [id = ''] = await stored(1);
    await data.backend.processing.send([{ body: id }]);
    let leftBeforeAnswer: readonly string[] = [];
    const look = async (...exchange: Parameters<ScriptedAnswer>): Promise<void> => {
      leftBeforeAnswer = await bodiesLeft();
      accept(...exchange);
    };
    server.script((...exchange) => void look(...exchange));
    expect(await forward('--queue', 'processing')).toMatchObject({
      code: 0,
      stdout: `forwarded 1 crashes to ${server.url}/\n1  200 CrashID\n`,
    });
    expect(leftBeforeAnswer).toEqual([id]);
    expect(await bodiesLeft()).toEqual([]);
  });

  it('leaves messages of failed crashes and foreign messages on the queue', async () => {
    const [refused = '', fine = ''] = await stored(2);
    await data.backend.processing.send([refused, fine, 'x\u001b'].map((body) => ({ body })));
    server.script((response, request) =>
      (request.body.includes(refused) ? answer(400, 'no') : accept)(response, request),
    );
    const { code, stderr } = await forward('--queue', 'processing');
    expect(code).toBe(1);
    expect(stderr).toContain(`not forwarded: ${refused}: 400 no\n`);
    expect(stderr).toContain('not forwarded: x\\u001b: there is no such crash');
    expect(await bodiesLeft()).toEqual([refused, 'x\u001b'].toSorted());
  });

  it('follows the queue until it is interrupted', async () => {
    const [first = '', second = ''] = await stored(2);
    await data.backend.processing.send([{ body: first }]);
    server.script(
      (response, request) => {
        void data.backend.processing.send([{ body: second }]).then(() => accept(response, request));
      },
      (response, request) => {
        interruption.abort();
        accept(response, request);
      },
    );
    const { code } = await forward('--queue', 'processing', '--follow', '--concurrency', '2');
    expect(code).toBe(130);
    expect(sentIds()).toEqual([first, second].toSorted());
    expect(await bodiesLeft()).toEqual([]);
  });

  it('deletes messages outside the sample without sending them', async () => {
    const ids = await stored(20);
    for (const body of ids) await data.backend.processing.send([{ body }]);
    expect((await forward('--queue', 'processing', '--sample', '50%')).code).toBe(0);
    expect(sentIds().length).toBeLessThan(20);
    expect(await bodiesLeft()).toEqual([]);
  });

  it('rejects a queue that does not exist', async () => {
    await data.backend.processing.send([{ body: 'x' }]);
    const { code, stderr } = await forward('--queue', 'procesing');
    expect(code).toBe(1);
    expect(stderr).toContain('no queue "procesing"');
  });
});
