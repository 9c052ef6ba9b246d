import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type CrashReport, sampleReport } from '#antenna/testing';

export type RequestName = '610 KB plain' | '610 KB gzip' | '25 MB plain' | '610 KB rejected';

/** A request ready to be sent, in a file. */
export interface RequestFile {
  readonly path: string;
  /** The start of every answer to it. */
  readonly expected: '200 CrashID' | '200 Discarded';
}

export type RequestFiles = Readonly<Record<RequestName, RequestFile>>;

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
    '610 KB plain': await write(small, '200 CrashID'),
    '610 KB gzip': await write(small.gzipped(), '200 CrashID'),
    '25 MB plain': await write(reportOf(largeBytes, now), '200 CrashID'),
    '610 KB rejected': await write(reportOf(smallBytes, now, unknownProduct), '200 Discarded'),
  };
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
