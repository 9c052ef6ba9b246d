import { openDirectoryBlobStore } from '#antenna/blob-store';
import { processedCrashKey } from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { processedCrashVersion } from './processed-crash.js';
import { readProcessedCrash } from './stored-processed-crash.js';

const uuid = 'de1bb258-cbbf-4589-a673-34f800261120';
const walk = { crash_info: {}, system_info: {}, modules: [], threads: [{ frames: [{}] }] };
const text = '';
const whole = {
  processed_crash_version: processedCrashVersion,
  uuid,
  signature: 'a',
  proto_signature: text,
  process_type: 'parent',
  processor_notes: text,
  product: null,
  version: null,
  release_channel: null,
  build: null,
  os_name: null,
  os_version: null,
  cpu_arch: null,
  reason: null,
  address: null,
  submitted_timestamp: null,
  annotations: {},
  processor: {},
  signature_steps: [],
  additional_minidumps: [],
  json_dump: walk,
};

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(() => directory.remove());

it.each<[string, unknown, boolean]>([
  ['is whole', whole, true],
  ['has no walk', { ...whole, json_dump: null }, true],
  ['has only its version', { processed_crash_version: processedCrashVersion }, false],
  ['has another version', { ...whole, processed_crash_version: 99 }, false],
  ['has a number for a signature', { ...whole, signature: 42 }, false],
  ['has an object for a reason', { ...whole, reason: {} }, false],
  ['has no list of threads', { ...whole, json_dump: { ...walk, threads: 'x' } }, false],
  ['has a thread of null', { ...whole, json_dump: { ...walk, threads: [null] } }, false],
  [
    'has a frame of null',
    { ...whole, json_dump: { ...walk, threads: [{ frames: [null] }] } },
    false,
  ],
  ['is a list', [], false],
  ['is null', null, false],
])('reads a stored processed crash only if it has its form: it %s', async (_, stored, isRead) => {
  const store = await openDirectoryBlobStore({ directory: directory.path });
  await store.put(processedCrashKey(uuid), Buffer.from(JSON.stringify(stored)));

  expect((await readProcessedCrash(store, uuid)) !== undefined).toBe(isRead);
});
