import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';

import type { JsonValue } from '#antenna/crash-report';
import { bundledSignatureLists } from '#antenna/signature-lists';
import type { StackWalk } from '#antenna/stack-walker';

import { buildProcessedCrash, type ProcessedFrom } from './build-processed-crash.js';
import { namesToCopy } from './copied-annotations.js';
import type { WalkedDump } from './processed-crash.js';
import { processedCrashSchema } from './processed-crash-schema.js';

const crashId = '0bba1fcb-4b48-4f6c-8a38-000000261129';
const walk = {
  status: 'OK',
  process_uptime: 9,
  crash_info: { type: 'SIGABRT', address: '0x1', crashing_thread: 1, assertion: null },
  system_info: { os: 'Linux', os_ver: null, cpu_arch: 'arm64', cpu_info: null, cpu_count: 4 },
  threads: [
    { frames: [{ function: 'wait' }], last_error_value: null },
    { frames: [{ function: 'Level::load(int)' }], last_error_value: null },
  ],
  modules: [],
} as unknown as StackWalk;

const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  processedCrashSchema,
);

function build(rawCrash: JsonValue, rest: Partial<ProcessedFrom> = {}) {
  const processed = buildProcessedCrash({
    crashId,
    rawCrash,
    dumpNames: ['upload_file_minidump'],
    walked: new Map([['upload_file_minidump', { status: 'OK', json_dump: walk }]]),
    notes: [],
    lists: bundledSignatureLists(),
    copied: namesToCopy([]),
    processor: { version: '1', walker: 'w', signature_lists: 'l' },
    startedAt: new Date(0),
    finishedAt: new Date(1000),
    ...rest,
  });
  const isValid = validate(JSON.parse(JSON.stringify(processed)));
  expect({ isValid, errors: validate.errors }).toEqual({ isValid: true, errors: null });
  return processed;
}

describe('a processed crash', () => {
  it('has the facts of the walk and the signature of the crashing thread', () => {
    expect(build({ ProductName: 'Game' })).toMatchObject({
      signature: 'Level::load',
      os_name: 'Linux',
      cpu_arch: 'arm64',
      reason: 'SIGABRT',
      crashing_thread: 1,
      uptime: 9,
      success: true,
      date_processed: '1970-01-01T00:00:01.000Z',
    });
  });

  it('matches its schema without a walk, and with other minidumps', () => {
    const walked = new Map<string, WalkedDump>([
      ['upload_file_minidump', { status: 'deadline', json_dump: null }],
      ['upload_file_minidump_browser', { status: 'OK', json_dump: walk }],
    ]);
    expect(build({}, { walked })).toMatchObject({
      success: false,
      signature: 'EMPTY: no frames; deadline',
      additional_minidumps: ['upload_file_minidump_browser'],
      upload_file_minidump_browser: { status: 'OK' },
    });
    expect(build({}, { walked: new Map() }).success).toBe(true);
  });

  it.each<[JsonValue, object]>([
    [
      {
        ProductName: 'Firefox',
        Version: '150.0',
        ReleaseChannel: 'beta',
        BuildID: '2026',
        ProcessType: 'content',
      },
      {
        product: 'Firefox',
        version: '150.0',
        release_channel: 'beta',
        build: '2026',
        process_type: 'content',
      },
    ],
    [
      { _productName: 'Editor', prod: 'Electron', _version: '3', ver: '40.1', ptype: 'renderer' },
      {
        product: 'Editor',
        version: '3',
        release_channel: null,
        build: null,
        process_type: 'renderer',
      },
    ],
    [{ CrashTime: '200', StartupTime: '150' }, { uptime: 50 }],
    [{ CrashTime: '100', StartupTime: '150', UptimeTS: '7.9' }, { uptime: 7 }],
    [{ CrashTime: 'soon', StartupTime: '150' }, { uptime: 9 }],
    [[], { product: null, process_type: 'parent' }],
    [{ ProductName: { a: 1 } }, { product: '{"a":1}' }],
  ])('knows the facts of %j', (rawCrash, facts) => {
    expect(build(rawCrash)).toMatchObject(facts);
  });

  it('copies only the annotations of the list and of the setting', () => {
    const rawCrash = {
      Vendor: 'Mozilla',
      URL: 'https://secret.example',
      Email: 'a@b.example',
      PlayerLevel: 7,
      version: 2,
      constructor: 'x',
    };
    const { annotations } = build(rawCrash, { copied: namesToCopy(['PlayerLevel', 'version']) });
    expect(annotations).toEqual({ PlayerLevel: '7', Vendor: 'Mozilla' });
    expect(JSON.stringify(build(rawCrash))).not.toMatch(/secret|b\.example/);
  });

  it('cuts a long annotation, and says so', () => {
    const { annotations, processor_notes: notes } = build({ AbortMessage: 'x'.repeat(20_000) });
    expect(annotations['AbortMessage']).toHaveLength(16_384);
    expect(notes).toContain('annotation AbortMessage cut to 16384 characters');
  });

  it('is the same string for the same input, in whatever order its annotations are', () => {
    const first = build({ Vendor: 'Mozilla', ProductName: 'Game' });
    const second = build({ ProductName: 'Game', Vendor: 'Mozilla' });
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  });
});
