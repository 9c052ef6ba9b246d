import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { processedCrashKey, rawCrashKey } from '#antenna/crash-report';
import { aMinidump, bombDump, interceptBlobStore } from '#antenna/testing';

import { ProcessorUnderTest } from '../../test/processor-under-test.js';

let processor: ProcessorUnderTest;

beforeEach(async () => {
  processor = await ProcessorUnderTest.create();
});

afterEach(() => processor.dispose());

const minidump = { upload_file_minidump: aMinidump() };

async function processedOf(content: Parameters<ProcessorUnderTest['store']>[0]) {
  const crashId = await processor.storeAndPublish(content);
  await processor.start();
  await processor.queueEmpty();
  return await processor.processed(crashId);
}

describe('a crash with a minidump', () => {
  it('gets the functions of the crashing thread and a signature, if its symbols are there', async () => {
    await processor.addSymbols();
    const processed = await processedOf({
      annotations: { ProductName: 'Game', Version: '1.2', URL: 'https://secret.example' },
      dumps: minidump,
    });

    expect(processed).toMatchObject({
      signature: 'Level::load',
      proto_signature: 'Level::load | main',
      product: 'Game',
      version: '1.2',
      process_type: 'parent',
      os_name: 'Linux',
      cpu_arch: 'amd64',
      reason: 'SIGSEGV / SEGV_MAPERR',
      address: '0x0000000000000008',
      crashing_thread: 0,
      success: true,
      mdsw_status_string: 'OK',
      annotations: { ProductName: 'Game', Version: '1.2' },
      additional_minidumps: [],
    });
    expect(processed.json_dump?.threads[0]?.frames[0]).toMatchObject({
      function: 'Level::load(std::string const&)',
      file: 'src/level.cpp',
      line: 42,
    });
    expect(JSON.stringify(processed)).not.toContain('secret');
  });

  it('gets modules and offsets without symbols', async () => {
    expect(await processedOf({ dumps: minidump })).toMatchObject({
      signature: 'game@0x1234',
      success: true,
    });
  });

  it('gets modules and offsets if its symbols are larger than WALK_SYMBOL_BYTES, with a note', async () => {
    await processor.addSymbols();
    const crashId = await processor.storeAndPublish({ dumps: minidump });
    await processor.start({ env: { WALK_SYMBOL_BYTES: '100B' } });
    await processor.queueEmpty();
    expect(await processor.processed(crashId)).toMatchObject({
      signature: 'game@0x1234',
      success: true,
      processor_notes: expect.stringMatching(/symbols of game: \d+ bytes, but 100 of 100 are left/),
    });
  });

  it('is the same when it is processed again, but for its times', async () => {
    await processor.addSymbols();
    const {
      started_datetime: startedAt,
      date_processed: finishedAt,
      ...first
    } = await processedOf({
      annotations: { ProductName: 'Game', StartupTime: '100', CrashTime: '165' },
      dumps: { ...minidump, upload_file_minidump_browser: aMinidump() },
    });
    await processor.publish(first.uuid);
    await processor.queueEmpty();
    const second = await processor.processed(first.uuid);

    expect(first).toMatchObject({
      uptime: 65,
      additional_minidumps: ['upload_file_minidump_browser'],
    });
    expect(second.started_datetime > startedAt).toBe(true);
    expect(JSON.stringify(second)).toBe(
      JSON.stringify({
        ...second,
        ...first,
        started_datetime: second.started_datetime,
        date_processed: second.date_processed,
      }),
    );
    expect(finishedAt >= startedAt).toBe(true);
  });
});

describe('a crash whose minidump cannot be walked', () => {
  it.each([
    ['unreadable', { upload_file_minidump: Buffer.from('MDMP, and then nothing') }],
    ['unreadable', { upload_file_minidump: Buffer.alloc(0) }],
    ['too_large', { upload_file_minidump: Buffer.alloc(2 * 1024 * 1024) }],
  ])('is processed with its reason: %s', async (status, dumps) => {
    const crashId = await processor.storeAndPublish({
      annotations: { ProductName: 'Game' },
      dumps,
    });
    await processor.start({ env: { DUMP_MEMORY: '1MiB' } });
    await processor.queueEmpty();
    const processed = await processor.processed(crashId);

    expect(processed).toMatchObject({
      product: 'Game',
      success: false,
      mdsw_status_string: status,
      json_dump: null,
      signature: expect.stringMatching(/^EMPTY: no frames/),
      processor_notes: expect.stringContaining('upload_file_minidump: not walked: '),
    });
    expect(await processor.deadLetters.peek(1)).toEqual([]);
  });

  it('is processed if the minidump is listed and not stored', async () => {
    const crashId = await processor.store({ dumps: minidump });
    await processor.crashes.delete(`v1/dump/${crashId}`);
    await processor.publish(crashId);
    await processor.start();
    await processor.queueEmpty();

    expect(await processor.processed(crashId)).toMatchObject({
      success: false,
      mdsw_status_string: 'missing',
    });
  });

  it('walks the first of too many minidumps', async () => {
    const many = Array.from({ length: 40 }, (_, n) => [`upload_file_minidump_${n}`, aMinidump()]);
    const processed = await processedOf({ dumps: { ...minidump, ...Object.fromEntries(many) } });

    expect(processed.additional_minidumps).toHaveLength(15);
    expect(processed.processor_notes).toContain('25 minidumps were left out');
  });

  it('walks its minidumps as long as one walk may take', async () => {
    const bomb = bombDump();
    const crashId = await processor.storeAndPublish({
      dumps: {
        upload_file_minidump: bomb,
        upload_file_minidump_a: bomb,
        upload_file_minidump_b: bomb,
      },
    });
    await processor.start({ env: { WALK_TIMEOUT: '200ms' } });
    await processor.queueEmpty();

    expect(await processor.processed(crashId)).toMatchObject({
      mdsw_status_string: 'deadline',
      additional_minidumps: [],
      processor_notes: expect.stringContaining('2 minidumps were left out'),
    });
  });

  it('walks minidumps until their stacks are 16 MiB of JSON', async () => {
    const large = bombDump(1, 1200, 'n'.repeat(8000));
    const processed = await processedOf({
      dumps: {
        upload_file_minidump: large,
        upload_file_minidump_a: large,
        upload_file_minidump_b: large,
      },
    });

    expect(processed.additional_minidumps).toEqual(['upload_file_minidump_a']);
    expect(processed.processor_notes).toContain('1 minidumps were left out');
  });
});

describe('a crash without a minidump', () => {
  it('gets the signature of its Java stack', async () => {
    const processed = await processedOf({
      annotations: {
        ProductName: 'Fenix',
        JavaStackTrace: 'java.lang.Error: user 4711\n\tat a.B.c(B.java:7)',
      },
    });

    expect(processed).toMatchObject({
      signature: 'java.lang.Error: at a.B.c(B.java)',
      success: true,
      mdsw_status_string: 'not_there',
    });
    expect(JSON.stringify(processed)).not.toContain('4711');
  });

  it('says so if there is no stack at all', async () => {
    const { signature } = await processedOf({});
    expect(signature).toBe('EMPTY: no frames; no minidump');
  });
});

it('leaves no processed crash of a crash that was erased meanwhile', async () => {
  const crashId = await processor.store({ dumps: minidump });
  const crashes = interceptBlobStore(processor.crashes, async ({ operation, key }) => {
    if (operation === 'put' && key === processedCrashKey(crashId))
      await processor.crashes.delete(rawCrashKey(crashId));
  });
  await processor.publish(crashId);
  await processor.start({ adapters: { crashes } });
  await processor.queueEmpty();

  expect(await processor.crashes.size(processedCrashKey(crashId))).toBeUndefined();
  expect(processor.logger.messages).toContain(`${crashId} was erased meanwhile`);
});

it('uses an edit of the signature lists for the next crash, and keeps the last valid ones', async () => {
  await processor.addSymbols();
  const { file, write } = processor.signatureLists();
  await write('irrelevant: []');
  await processor.start({ env: { SIGNATURE_LISTS_FILE: file } });
  const signatureOfNext = async (): Promise<string> => {
    const crashId = await processor.storeAndPublish({ dumps: minidump });
    await processor.queueEmpty();
    return (await processor.processed(crashId)).signature;
  };
  const signatures = [await signatureOfNext()];
  await write('irrelevant: [Level::load]');
  signatures.push(await signatureOfNext());
  await write('irrelevant: ["("]');
  signatures.push(await signatureOfNext());

  expect(signatures).toEqual(['Level::load', 'main', 'main']);
  expect(processor.logger.messages.filter((line) => line.includes('stay as they were'))).toEqual([
    expect.stringMatching(/cannot be used: line 3: .*backslash/),
  ]);
  const refused = 'antenna.processor.signature_lists.refused';
  expect(await processor.telemetry.value(refused)).toBe(1);
  await write('irrelevant: []');
  expect(await signatureOfNext()).toBe('Level::load');
  expect(await processor.telemetry.value(refused)).toBe(0);
});
