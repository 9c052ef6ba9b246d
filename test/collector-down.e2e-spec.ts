import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { freePort, temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';

import { SeparateServices } from './observability/separate-services.js';

const MiB = 1024 * 1024;

let directory: TemporaryDirectory;
let silent: Server;

beforeAll(async () => {
  directory = await temporaryDirectory();
  silent = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => {
    silent.listen(0, '127.0.0.1', resolve);
  });
});

afterAll(async () => {
  silent.close();
  await directory.remove();
});

/** Sends reports, some at a time. Returns the answers that were not a crash id. */
async function load(url: string, reports: number): Promise<string[]> {
  const refused: string[] = [];
  let left = reports;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const form = new FormData();
      form.append('ProductName', 'Firefox');
      form.append('ReleaseChannel', 'nightly');
      form.append('upload_file_minidump', new Blob([new Uint8Array(10_000)]), 'a.dmp');
      // oxlint-disable-next-line no-await-in-loop
      const answer = await fetch(url, { method: 'POST', body: form });
      // oxlint-disable-next-line no-await-in-loop
      const text = await answer.text();
      if (!text.startsWith('CrashID=bp-')) refused.push(text);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  return refused;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

describe.each(['refuses', 'never answers'])('an OTLP collector that %s', (how) => {
  it('costs no reports and a bounded amount of memory', async () => {
    const address = silent.address();
    const silentPort = typeof address === 'object' ? address?.port : 0;
    const port = how === 'refuses' ? await freePort() : silentPort;
    const services = await SeparateServices.in(`${directory.path}/${how}`, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      STATSD_HOST: '127.0.0.1',
      STATSD_PORT: String(port),
    });
    await services.start('ingest');
    const ingest = services.running('ingest');
    const url = `${services.address('ingest')}/submit`;

    expect(await load(url, 400)).toEqual([]);
    const before = await residentBytes(ingest.pid);
    expect(await load(url, 1200)).toEqual([]);
    expect((await residentBytes(ingest.pid)) - before).toBeLessThan(100 * MiB);

    const complaints = ingest.lines.filter((line) =>
      line.includes('telemetry export reported a problem'),
    );
    expect(complaints.length).toBeLessThan(10);
    expect(await ingest.stop({ timeoutMs: 20_000 })).toEqual({ code: 0, signal: null });
  }, 90_000);
});
