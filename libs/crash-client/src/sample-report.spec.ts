import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { CrashReport } from './crash-report.js';
import { sampleReport } from './sample-report.js';

const now = new Date('2026-11-20T10:00:00Z');

async function parse(report: CrashReport): Promise<FormData> {
  const { headers, body } = report.build();
  return new Response(new Uint8Array(body), { headers }).formData();
}

async function extraOf(report: CrashReport): Promise<Record<string, string>> {
  const extra = (await parse(report)).get('extra') as File;
  return JSON.parse(await extra.text()) as Record<string, string>;
}

async function minidumpOf(report: CrashReport): Promise<Buffer> {
  const file = (await parse(report)).get('upload_file_minidump') as File;
  return Buffer.from(await file.arrayBuffer());
}

describe('sampleReport', () => {
  it('looks like a report of the main process of Firefox', async () => {
    const extra = await extraOf(sampleReport({ now }));
    expect(Object.keys(extra)).toHaveLength(150);
    expect(extra).toMatchObject({ ProductName: 'Firefox', ReleaseChannel: 'nightly' });
    expect(extra).not.toHaveProperty('ProcessType');
    expect(Object.values(extra).every((value) => typeof value === 'string')).toBe(true);
    expect(JSON.parse(extra['TelemetryEnvironment'] ?? '')).toMatchObject({
      system: { os: { name: 'Windows_NT', windowsBuildNumber: 26_100 } },
    });
  });

  it('was built and installed before it crashed', async () => {
    const extra = await extraOf(sampleReport({ now, seed: 5 }));
    expect(extra['BuildID']).toMatch(/^202611[01]\d{7}$/);
    expect(extra['CrashTime']).toBe(String(now.getTime() / 1000));
    expect(Number(extra['InstallTime'])).toBeLessThanOrEqual(Number(extra['CrashTime']));
  });

  it('has a minidump of the given size, with its checksum among the annotations', async () => {
    const report = sampleReport({ now, dumpBytes: 70_001 });
    const minidump = await minidumpOf(report);
    expect(minidump).toHaveLength(70_001);
    expect(minidump.subarray(0, 4).toString()).toBe('MDMP');
    const sha256 = createHash('sha256').update(minidump).digest('hex');
    expect(await extraOf(report)).toHaveProperty('MinidumpSha256Hash', sha256);
  });

  it.each([0, 3, 32, 39])('makes a minidump of %i bytes', async (dumpBytes) => {
    expect(await minidumpOf(sampleReport({ now, dumpBytes }))).toHaveLength(dumpBytes);
  });

  it('compresses as real minidumps do, to about a third', async () => {
    const minidump = await minidumpOf(sampleReport({ now }));
    const ratio = gzipSync(minidump).length / minidump.length;
    expect(ratio).toBeGreaterThan(0.25);
    expect(ratio).toBeLessThan(0.4);
  });

  it('is the same for the same seed and differs for another', () => {
    const [seven, again, eight] = [7, 7, 8].map(
      (seed) => sampleReport({ seed, now, dumpBytes: 999 }).build().body,
    );
    expect(again).toEqual(seven);
    expect(eight).not.toEqual(seven);
  });

  it('replaces its annotations with the given ones', async () => {
    const annotations = { ReleaseChannel: 'release', Depth: { level: 3 } };
    expect(await extraOf(sampleReport({ now, annotations }))).toMatchObject(annotations);
  });

  it('can send each annotation as a part of its own', async () => {
    const form = await parse(
      sampleReport({ now, annotationsAs: 'fields', annotations: { Depth: { level: 3 } } }),
    );
    expect(form.get('ProductName')).toBe('Firefox');
    expect(form.get('Depth')).toBe('{"level":3}');
    expect(form.get('extra')).toBeNull();
  });
});
