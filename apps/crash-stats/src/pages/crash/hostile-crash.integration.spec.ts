import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import type { ProcessedCrash } from '#antenna/processed-crash';

import { CrashStatsUnderTest } from '../../../test/crash-stats-under-test.js';
import { attack, attacked, walk } from '../../../test/processed-crashes.js';
import { store } from '../../../test/stored-crash.js';

const megabyte = 1024 * 1024;

let stats: CrashStatsUnderTest;
beforeAll(async () => {
  stats = await CrashStatsUnderTest.create();
});
afterAll(async () => {
  await stats.dispose();
});

describe('a hostile crash', () => {
  it('has every value escaped, and is a page of less than two megabytes', async () => {
    const threads = Array.from({ length: 1000 }, () => ({
      ...walk.threads[0],
      frames: Array.from({ length: 10 }, () => walk.threads[0]?.frames[0]),
    }));
    const [first] = walk.threads;
    const frame = {
      ...first?.frames[0],
      inlines: Array.from({ length: 500 }, () => ({ function: 'f', file: 'f', line: 1 })),
    };
    const hostile = (crash: ProcessedCrash): object => ({
      ...attacked(
        {
          ...crash,
          signature_steps: Array.from({ length: 2000 }, () => ({ rule: 'r', detail: 'd' })),
          json_dump: {
            ...walk,
            threads: [
              {
                ...first,
                thread_name: 'n',
                frames: Array.from({ length: 5000 }, () => frame).slice(0, 100),
              },
              ...threads,
            ],
            modules: Array.from({ length: 3000 }, () => walk.modules[0]),
          },
          additional_minidumps: ['upload_file_minidump_x'],
          upload_file_minidump_x: { status: 'OK', json_dump: walk },
        },
        (path) => (/^\.\w+$/.test(path) ? attack + 'A'.repeat(megabyte) : attack),
      ),
      uuid: crash.uuid,
      additional_minidumps: ['upload_file_minidump_x'],
      submitted_timestamp: `${attack}${'9'.repeat(megabyte)}`,
    });
    const names = Array.from({ length: 500 }, (_, index) => [`${attack}${index}`, attack]);
    const raw = {
      ...Object.fromEntries(names),
      URL: attack + '\u202e'.repeat(megabyte),
      [`${attack}${'N'.repeat(megabyte)}`]: { nested: [attack] },
    };
    const id = await store(stats, { raw, processed: hostile });

    for (const role of ['operator', 'viewer'] as const) {
      const page = await stats.page(`/crash/${id}`, role);
      expect(page).toContain('&lt;script&gt;alert(1)');
      expect(page).toContain(String.raw`\u{202e}gnp.exe\u{0}💥`);
      expect(page.match(/<script/g)).toHaveLength(1);
      expect(page).not.toMatch(/<img|onerror=alert\(1\)>|\u202e/);
      expect(page).not.toContain('\u0000');
      expect(page.length).toBeLessThan(2 * megabyte);
      expect(page).toContain('more threads are in the');
    }
  });
});
