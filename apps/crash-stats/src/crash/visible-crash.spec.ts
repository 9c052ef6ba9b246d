import { describe, expect, it } from '@jest/globals';

import { type ProcessedCrash, processedCrashSchema } from '#antenna/processed-crash';
import type { StackWalk } from '#antenna/stack-walker';

import { processedCrash, walk } from '../../test/processed-crashes.js';
import { visibleCrash } from './visible-crash.js';

const crashId = '0bba1fcb-4b48-4f6c-8a38-000000261129';
const viewer = { may: () => false };
const insider = { may: () => true };

/** A walk with something protected in every place that has some: all such strings begin with `secret`. */
function revealing(): StackWalk {
  const [thread] = walk.threads;
  const frame = { ...thread?.frames[0], module: null, function: null, offset: 'secret return' };
  return {
    ...walk,
    crash_info: {
      ...walk.crash_info,
      address: '0x7365637265740000',
      assertion: 'secret assertion',
      instruction: 'secret instruction',
      adjusted_address: { kind: 'non-canonical', address: 'secret address' },
      memory_accesses: [{ access_type: 'read', address: 'secret access', size: 8 }],
      possible_bit_flips: [{ address: 'secret flip', confidence: 0.5 }],
    },
    crashing_thread: {
      ...walk.crashing_thread,
      frames: [{ ...frame, registers: { rax: 'secret register' } }],
    },
    threads: [{ ...thread, frames: [...(thread?.frames ?? []), frame] }],
    modules: [{ ...walk.modules[0], debug_file: String.raw`C:\Users\secret\game.pdb` }],
    mac_crash_info: { num_records: 1, records: [{ message: 'secret message' }] },
    handles: [{ object_name: 'secret handle' }],
    soft_errors: ['secret error'],
    field_of_a_later_version: 'secret field',
  } as unknown as StackWalk;
}

const annotations = {
  ProductName: 'Game',
  Version: '1.0',
  TotalPhysicalMemory: '17179869184',
  AbortMessage: 'secret abort',
  MozCrashReason: 'secret crash reason',
  GraphicsCriticalError: 'secret graphics',
  IPCFatalErrorMsg: 'secret ipc',
  QuotaManagerShutdownTimeout: 'secret origin',
  Secret: 'secret of COPIED_ANNOTATIONS',
};

describe('what a viewer sees of a processed crash', () => {
  const whole = processedCrash(crashId, annotations, revealing());
  // The signature has the abort message by its rules, and is what everybody groups by.
  const crash: ProcessedCrash = { ...whole, signature: 's', signature_steps: [] };
  const all = {
    ...crash,
    additional_minidumps: ['upload_file_minidump_browser', 'annotations'],
    upload_file_minidump_browser: { status: 'OK' as const, json_dump: revealing() },
  };

  it('has stacks, modules and facts, and nothing that is protected', () => {
    const seen = visibleCrash(all, viewer);

    expect(JSON.stringify(all).match(/secret/g)?.length).toBeGreaterThan(20);
    expect(JSON.stringify(seen)).not.toContain('secret');
    expect(seen).toMatchObject({
      uuid: crashId,
      is_partial: true,
      reason: 'SIGSEGV / SEGV_MAPERR',
      product: 'Game',
      address: null,
      annotations: { ProductName: 'Game', TotalPhysicalMemory: '17179869184' },
      json_dump: {
        threads: [{ frames: [{ function: 'Level::load(std::string const&)', line: 42 }, {}, {}] }],
        modules: [{ filename: 'game', debug_file: 'game.pdb', loaded_symbols: true }],
        crash_info: { assertion: null, instruction: null, memory_accesses: null, address: null },
        crashing_thread: null,
      },
    });
    expect(Object.keys(seen.other_minidumps)).toEqual(['upload_file_minidump_browser']);
  });

  it('has all of it with the role protected, but for what nobody has looked at', () => {
    const seen = visibleCrash(all, insider);

    expect(seen).toMatchObject({
      is_partial: false,
      address: '0x7365637265740000',
      annotations,
      json_dump: {
        crash_info: { assertion: 'secret assertion', instruction: 'secret instruction' },
        crashing_thread: { frames: [{ registers: { rax: 'secret register' } }] },
        mac_crash_info: { records: [{ message: 'secret message' }] },
      },
    });
    expect(JSON.stringify(seen)).not.toMatch(/secret (?:handle|error|field)/);
  });

  it.each([
    ['0x0', '0x0'],
    ['0x0000000000000045', '0x0000000000000045'],
    ['0x000000000000ffff', '0x000000000000ffff'],
    ['0x0000000000010000', null],
    ['0x4141414141414141', null],
    ['secret', null],
  ])('shows the address %s as %s: others may be words of memory', (address, shown) => {
    expect(visibleCrash({ ...crash, address }, viewer).address).toBe(shown);
  });

  it('has every field of the schema', () => {
    const fields = Object.keys(processedCrashSchema.properties);

    expect(fields.length).toBeGreaterThan(20);
    const seen = Object.keys(visibleCrash(crash, viewer));
    expect(fields.filter((name) => !seen.includes(name))).toEqual(['additional_minidumps']);
  });

  it('has null for what is damaged', () => {
    const damaged = {
      ...crash,
      cpu_count: 'many',
      annotations: { Version: { toString: 1 } },
      additional_minidumps: [7, 'upload_file_minidump_x'],
      upload_file_minidump_x: 'gone',
      json_dump: {
        crash_info: 'gone',
        modules: [7, null],
        threads: [{ frames: [{ inlines: 'gone', module: {} }, null] }],
      },
    } as unknown as ProcessedCrash;

    for (const who of [viewer, insider]) {
      expect(visibleCrash(damaged, who)).toMatchObject({
        cpu_count: null,
        annotations: {},
        other_minidumps: { upload_file_minidump_x: { status: null, json_dump: null } },
        json_dump: {
          crash_info: { type: null },
          modules: [{ filename: null }, { filename: null }],
          threads: [{ frames: [{ inlines: [], module: null }, { function: null }] }],
        },
      });
    }
  });
});
