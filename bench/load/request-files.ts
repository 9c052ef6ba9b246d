import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CrashReport, sampleMinidump, sampleReport } from '#antenna/testing';

export type RequestName =
  | '5 KB plain'
  | '610 KB plain'
  | '610 KB gzip'
  | '25 MB plain'
  | '610 KB rejected';

/** A request ready to be sent, in a file. */
export interface RequestFile {
  readonly path: string;
  /** The start of every answer to it. */
  readonly expected: '200 CrashID' | '200 Discarded';
}

export type RequestFiles = Readonly<Record<RequestName, RequestFile>>;

const tinyBytes = 5000;
const smallBytes = 610_000;
const largeBytes = 25_000_000;

/** Writes the requests, made-up reports of a Firefox nightly, into a folder. */
export async function writeRequestFiles(folder: string): Promise<RequestFiles> {
  const now = new Date();
  const unknownProduct = { ProductName: 'Unknown' };
  const small = reportOf(smallBytes, now);
  const write = async (report: CrashReport, expected: RequestFile['expected']) =>
    await writeRequest(folder, report, expected);
  return {
    '5 KB plain': await write(tinyReport(now), '200 CrashID'),
    '610 KB plain': await write(small, '200 CrashID'),
    '610 KB gzip': await write(small.gzipped(), '200 CrashID'),
    '25 MB plain': await write(reportOf(largeBytes, now), '200 CrashID'),
    '610 KB rejected': await write(reportOf(smallBytes, now, unknownProduct), '200 Discarded'),
  };
}

/** A few annotations and a small dump, as most programs other than browsers send them. */
function tinyReport(now: Date): CrashReport {
  const annotations = {
    ProductName: 'Firefox',
    Version: '152.0a1',
    ReleaseChannel: 'nightly',
    Vendor: 'Mozilla',
    CrashTime: String(Math.floor(now.getTime() / 1000)),
  };
  const withDump = (dumpBytes: number): CrashReport =>
    new CrashReport()
      .inStyleOf('crashpad')
      .withAnnotations(annotations)
      .withDump('upload_file_minidump', sampleMinidump({ now, dumpBytes }));
  return withDump(tinyBytes - withDump(0).build().body.length);
}

/** A report whose body has this size. */
function reportOf(
  bytes: number,
  now: Date,
  annotations: Readonly<Record<string, string>> = {},
): CrashReport {
  const withoutDump = sampleReport({ now, annotations, dumpBytes: 0 }).build().body.length;
  return sampleReport({ now, annotations, dumpBytes: bytes - withoutDump });
}

let files = 0;

async function writeRequest(
  folder: string,
  report: CrashReport,
  expected: RequestFile['expected'],
): Promise<RequestFile> {
  const { headers, body } = report.build();
  const lines = Object.entries({ Host: '127.0.0.1', ...headers }).map(([k, v]) => `${k}: ${v}`);
  const head = ['POST /submit HTTP/1.1', ...lines, '', ''].join('\r\n');
  files += 1;
  const path = join(folder, `request-${files}`);
  await writeFile(path, Buffer.concat([Buffer.from(head), body]));
  return { path, expected };
}
