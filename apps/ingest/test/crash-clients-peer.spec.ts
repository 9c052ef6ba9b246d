import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { documentedSnippet, runShell, sentTo } from './documented-snippet.js';
import { type IngestInTest, startIngestInTest } from './ingest-in-test.js';

/**
 * The snippets of docs/submission.md in the real clients. Not run are those for Electron and CEF, whose programs no package
 * registry has, and those in C++: the calls of Crashpad's client, and Breakpad's sender for Windows.
 */

/** Part of Debian's Chromium. */
const crashpad = '/usr/lib/chromium/chrome_crashpad_handler';
const { ANTENNA_TEST_MINIDUMP_UPLOAD: breakpad } = process.env;
const compiler = '/usr/bin/cc';

const describeCrashpad = existsSync(crashpad) && existsSync(compiler) ? describe : describe.skip;
const describeBreakpad = breakpad === undefined ? describe.skip : describe;

let ingest: IngestInTest;
let work: TemporaryDirectory;

beforeEach(async () => {
  work = await temporaryDirectory();
  ingest = await startIngestInTest();
});

afterEach(async () => {
  await ingest.close();
  await work.remove();
});

/** Runs a documented command with a real program in place of its name. */
async function run(name: string, program: string) {
  const snippet = sentTo(ingest.port, await documentedSnippet('sh', `${name} `));
  const script = snippet.replace(name, program);
  const { result, outcome } = await ingest.withOutcome(() => runShell(script, work.path));
  return { ...result, outcome };
}

describeCrashpad('Crashpad (handler of Chromium; needs a C compiler)', () => {
  it('sends the report of a crashed process, and keeps the answer as its id', async () => {
    const source = join(import.meta.dirname, 'crash.c');
    execFileSync(compiler, ['-o', join(work.path, 'crash'), source]);
    const database = join(work.path, 'crashes');
    await mkdir(database);
    await writeFile(join(database, 'settings.dat'), uploadsEnabled());
    const { code, outcome } = await run('crashpad_handler', `./crash ${crashpad}`);

    expect([code, outcome]).toEqual([0, 'accepted']);
    const completed = join(database, 'completed');
    const names = await readdir(completed);
    const named = async (end: string): Promise<Buffer> =>
      await readFile(join(completed, names.find((name) => name.endsWith(end)) ?? ''));
    const answer = /CrashID=.*\n/.exec((await named('.meta')).toString('latin1'))?.[0] ?? '';
    const { annotations, dumps, notes } = await ingest.stored({ body: answer });
    expect(annotations).toMatchObject({ ProductName: 'MyGame', Version: '1.2.3' });
    expect(dumps.get('upload_file_minidump')).toEqual(await named('.dmp'));
    expect(notes).toEqual([]);
  });
});

describeBreakpad('Breakpad (installed by .ci/install-peers)', () => {
  it('sends a minidump, and prints the answer', async () => {
    const dump = Buffer.concat([Buffer.from('MDMP'), randomBytes(100_000)]);
    await writeFile(join(work.path, 'crash.dmp'), dump);
    const { code, outcome, output } = await run('minidump_upload', breakpad ?? '');

    expect([code, outcome]).toEqual([0, 'accepted']);
    const answer = /CrashID=.*\n/.exec(output)?.[0] ?? '';
    const { annotations, dumps } = await ingest.stored({ body: answer });
    expect(annotations).toEqual({ prod: 'MyGame', ver: '1.2.3' });
    expect(dumps.get('upload_file_minidump')).toEqual(dump);
  });
});

/** What `SetUploadsEnabled(true)` writes. */
function uploadsEnabled(): Buffer {
  const settings = Buffer.alloc(40);
  settings.write('sdPC');
  settings.writeUInt32LE(1, 4);
  settings.writeUInt32LE(1, 8);
  randomBytes(16).copy(settings, 24);
  return settings;
}
