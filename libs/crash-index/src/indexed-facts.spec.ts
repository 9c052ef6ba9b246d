import { describe, expect, it } from '@jest/globals';
import type { ProcessedCrash } from '#antenna/processed-crash';
import { aProcessedCrash, crashIdOf } from '../test/a-processed-crash.js';
import { crashFields } from './crash-fields.js';
import { indexedCrash } from './indexed-facts.js';

function facts(of: Partial<ProcessedCrash> = {}): ReturnType<typeof indexedCrash> {
  return indexedCrash(aProcessedCrash(crashIdOf(1), of));
}

function walk(...filenames: readonly unknown[]): ProcessedCrash['json_dump'] {
  const modules = filenames.map((filename) => ({ filename }));
  return { modules } as unknown as ProcessedCrash['json_dump'];
}

describe('what is indexed of a processed crash', () => {
  it('are all fields, and only those', () => {
    const indexed = facts({
      build: '2026',
      os_name: 'Linux',
      os_version: '6.1',
      cpu_arch: 'amd64',
      cpu_count: 8,
      uptime: 61,
      mdsw_status_string: 'OK',
      json_dump: walk('game', 'libc.so.6', 'game', ''),
      annotations: {
        AdapterVendorID: '0x10de',
        StartupCrash: '1',
        MozCrashReason: 'MOZ_CRASH(x)',
        URL: 'https://example.org/secret',
      },
    });
    expect(Object.keys(indexed)).toEqual(Object.keys(crashFields));
    expect(indexed).toMatchObject({
      crash_id: crashIdOf(1),
      date: Date.UTC(2026, 10, 20, 12),
      signature: 'game::Level::load',
      uptime_range: '1–5 min',
      walk_status: 'OK',
      modules: ['game', 'libc.so.6'],
      adapter_vendor_id: '0x10de',
      adapter_device_id: null,
      startup_crash: '1',
      moz_crash_reason: 'MOZ_CRASH(x)',
    });
    expect(JSON.stringify(indexed)).not.toContain('secret');
  });

  it('is bounded, well-formed and without NUL', () => {
    const hostile = `a\0b\u{202e}\u{d800}'"%_${'x'.repeat(300)}`;
    const kept = `a\u{fffd}b\u{202e}\u{fffd}'"%_${'x'.repeat(300)}`.slice(0, 255);
    const names = Array.from({ length: 2000 }, (_, number) => `m${number}`);
    const indexed = facts({
      signature: hostile,
      version: hostile,
      annotations: { AbortMessage: hostile },
      json_dump: walk(hostile, ...names),
    });
    expect(indexed).toMatchObject({ signature: kept, version: kept, abort_message: kept });
    expect(indexed.modules).toHaveLength(512);
    expect(indexed.modules[0]).toBe(kept);
    const long = Array.from({ length: 512 }, (_, number) => `${number}`.padStart(255, 'x'));
    expect(facts({ json_dump: walk(...long) }).modules).toHaveLength(64);
  });

  it.each([
    [null, null],
    [0, '< 1 min'],
    [59, '< 1 min'],
    [60, '1–5 min'],
    [300, '5–15 min'],
    [900, '15–60 min'],
    [3600, '≥ 1 h'],
  ])('has for the uptime %p the range %p', (uptime, range) => {
    expect(facts({ uptime })).toMatchObject({ uptime, uptime_range: range });
  });

  it('takes nothing of a wrong type from what another program wrote', () => {
    const wrong = { cpu_count: '8', uptime: {}, annotations: { StartupCrash: 1 } };
    const indexed = facts({ ...(wrong as object), json_dump: walk(7, null, 'a') });
    expect(indexed).toMatchObject({ cpu_count: null, uptime: null, startup_crash: null });
    expect(indexed).toMatchObject({ walk_status: null, modules: ['a'] });
  });

  it.each([null, 'yesterday'])('takes the day of the crash id for the time %p', (time) => {
    expect(facts({ submitted_timestamp: time }).date).toBe(Date.UTC(2026, 10, 20));
  });
});
