import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { documentedSnippet, runShell, sentTo } from './documented-snippet.js';
import { type IngestInTest, startIngestInTest } from './ingest-in-test.js';

const annotations = { ProductName: 'MyGame', Version: '1.2.3' };
const dump = randomBytes(300_000);
let ingest: IngestInTest;
let work: TemporaryDirectory;

beforeEach(async () => {
  work = await temporaryDirectory();
  await writeFile(join(work.path, 'crash.dmp'), dump);
});

afterEach(async () => {
  await ingest.close();
  await work.remove();
});

async function stored(output: string) {
  return await ingest.stored({ body: output });
}

describe('docs/submission.md', () => {
  it('shows a request and its answer as they are sent', async () => {
    ingest = await startIngestInTest();
    const request = (await documentedSnippet('http', 'POST /submit')).replaceAll('\n', '\r\n');
    const documented = (await documentedSnippet('http', 'HTTP/1.1 200 OK')).split('\n');
    const body = request.slice(request.indexOf('\r\n\r\n') + 4);
    expect(request).toContain(`\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`);
    const { answer } = await ingest.exchange([Buffer.from(request)]);

    expect(answer.statusLine).toBe(documented[0]);
    for (const header of documented.slice(1, documented.indexOf('')))
      expect(answer.headers).toContainEqual(header.split(': '));
    expect(answer.body.replace(/bp-.*/, '')).toBe(`${documented.at(-2)}\n`.replace(/bp-.*/, ''));
    const report = await ingest.stored(answer);
    expect(report.annotations).toEqual(annotations);
    expect(report.dumps.get('upload_file_minidump')?.toString()).toBe('MDMP…');
  });

  it('has a curl command that sends a report', async () => {
    ingest = await startIngestInTest();
    const script = sentTo(ingest.port, await documentedSnippet('sh', 'curl '));
    const { result, outcome } = await ingest.withOutcome(() => runShell(script, work.path));

    expect([result.code, outcome]).toEqual([0, 'accepted']);
    const report = await stored(result.output);
    expect(report.annotations).toEqual(annotations);
    expect(report.dumps.get('upload_file_minidump')).toEqual(dump);
  });

  it('has a client that sends a report and deletes its file', async () => {
    ingest = await startIngestInTest();
    const client = await ownClient();
    const { result, outcome } = await ingest.withOutcome(() => client.exit);

    expect([result.code, outcome]).toEqual([0, 'accepted']);
    const report = await stored(`${client.stdout[0]}\n`);
    expect(report.annotations).toEqual(annotations);
    expect(report.dumps.get('upload_file_minidump')).toEqual(dump);
    expect(await readdir(work.path)).toEqual(['send.mjs']);
  });

  it('has a client that retries, and keeps its file meanwhile', async () => {
    ingest = await startIngestInTest({ env: { SPOOL_CAPACITY: '1MiB', RETRY_AFTER: '1s' } });
    ingest.staging.down = () => true;
    const other = aReport().withDump('m', Buffer.alloc(320_000));
    while ((await ingest.submit(other)).outcome === 'accepted');
    const before = (await ingest.outcomes()).length;
    const client = await ownClient();
    await waitFor(async () => (await ingest.outcomes()).length > before);
    expect(await readdir(work.path)).toContain('crash.dmp');
    ingest.staging.down = () => false;

    expect(await client.exit).toMatchObject({ code: 0 });
    ingest.expectRequests((await ingest.outcomes()).length - before);
    expect((await stored(`${client.stdout[0]}\n`)).annotations).toEqual(annotations);
    expect(await readdir(work.path)).toEqual(['send.mjs']);
  });
});

async function ownClient() {
  const script = join(work.path, 'send.mjs');
  await writeFile(script, sentTo(ingest.port, await documentedSnippet('js', 'openAsBlob')));
  return await startProcess([script, 'crash.dmp'], { cwd: work.path });
}
