import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { rawCrashKey } from '#antenna/crash-report';
import { loadConfig } from '#antenna/service';
import { aMinidump } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../../test/crash-stats-under-test.js';
import { walk, walkedMinidump } from '../../../test/processed-crashes.js';
import { newId, store } from '../../../test/stored-crash.js';
import { CrashStatsConfig } from '../../crash-stats.config.js';

let stats: CrashStatsUnderTest;
beforeAll(async () => {
  stats = await CrashStatsUnderTest.create();
});
afterAll(async () => {
  await stats.dispose();
});

describe('the page of a crash', () => {
  it('shows facts, signature, stack, modules and annotations', async () => {
    const id = await store(stats);

    const page = await stats.page(`/crash/${id}`);

    expect(page).toContain('href="/signature?signature=Level%3A%3Aload"');
    expect(page).toContain('SIGSEGV / SEGV_MAPERR');
    expect(page).toContain('Level::load(std::string const&amp;)');
    expect(page).toContain('src/level.cpp:42');
    expect(page).toContain('2026-11-29 10:00 UTC');
    expect(page).toContain('0F0E0D0C0B0A090807060504030201001');
    expect(page).toContain('17179869184');
    expect(page).toContain('secret.example');
    expect(page).toContain(`action="/crash/${id}/process"`);
    expect(page).not.toContain('is hidden');
  });

  it.each([['bp-'], ['']])('takes an id with "%s" before it, and capitals', async (prefix) => {
    const id = await store(stats);

    expect(await stats.page(`/crash/${prefix}${id.toUpperCase()}`)).toContain(`Crash ${id}`);
  });

  it('marks missing symbols and doubtful frames, and says how to add symbols', async () => {
    const without = await walkedMinidump('without symbols');
    const id = await store(stats, { processed: (crash) => ({ ...crash, json_dump: without }) });

    const page = await stats.page(`/crash/${id}`);

    expect(page).toContain('no symbols');
    expect(page).toMatch(/title="found by the frame pointer[^"]+">frame_pointer</);
    expect(page).toContain('antenna symbols add');
    expect(page).toContain('game 0F0E0D0C0B0A090807060504030201001');
  });

  it('shows inlined functions before the one that they are in', async () => {
    const [thread] = walk.threads;
    const frames = [
      { ...thread?.frames[0], inlines: [{ function: 'inner()', file: 'in.h', line: 3 }] },
    ];
    const id = await store(stats, {
      processed: (crash) => ({
        ...crash,
        json_dump: { ...walk, threads: [{ ...thread, frames }] },
      }),
    });

    expect(await stats.page(`/crash/${id}`)).toMatch(
      /inner\(\)[^]+in\.h:3[^]+inlined[^]+Level::load/,
    );
  });

  it('hides from a viewer what is protected, and says that something is hidden', async () => {
    const id = await store(stats);
    stats.logger.lines.length = 0;

    const page = await stats.page(`/crash/${id}`, 'viewer');

    expect(page).toContain('Level::load');
    expect(page).toContain('17179869184');
    expect(page).not.toMatch(
      /secret|MozCrashReason|URL|raw\.json|\/dump\/|<form method="post"|<b>rip/,
    );
    expect(page).toContain('is hidden');
    expect(stats.auditLines()).toEqual([]);
  });

  it('logs each look at protected data', async () => {
    const id = await store(stats, { dumps: { upload_file_minidump: aMinidump() } });
    stats.logger.lines.length = 0;

    const base = `/crash/${id}`;
    for (const path of [base, `${base}/raw.json`, `${base}/processed.json`])
      await stats.page(path, 'protected');
    await stats.page(`${base}/dump/upload_file_minidump`, 'protected');

    expect(stats.auditLines()).toEqual(
      ['crash', 'raw_crash', 'processed_crash', 'dump'].map((what) => ({
        user: 'protected@example.com',
        what,
        crash_id: id,
      })),
    );
  });

  it.each([
    ['has not come to it', newId('accept')],
    ['a rule deferred it', newId('defer')],
  ])('says of a crash that is not processed: %s', async (why, id) => {
    await store(stats, { id, processed: 'none' });

    const page = await stats.page(`/crash/${id}`);
    expect(page).toContain(why);
    expect(page).toContain('Process again');
    expect(await stats.page(`/crash/${id}`, 'viewer')).toContain('An operator can');
  });

  it.each([
    ['is no JSON', Buffer.from('{')],
    ['has another version', Buffer.from('{"processed_crash_version":9}')],
  ])('survives a processed crash that %s', async (_what, processed) => {
    const id = await store(stats, { processed });

    expect(await stats.page(`/crash/${id}`)).toContain('cannot be read');
    expect(await stats.page(`/crash/${id}`, 'viewer')).toContain('cannot be read');
    expect((await stats.get(`/crash/${id}/processed.json`, 'viewer')).status).toBe(404);
  });

  it('does not read what is larger than processors make', async () => {
    const id = await store(stats, { processed: Buffer.alloc(41 * 1024 * 1024, ' ') });

    expect(await stats.page(`/crash/${id}`)).toContain('cannot be read');
  });

  it('survives a damaged raw crash, and fields of other types', async () => {
    const id = await store(stats, {
      raw: Buffer.from('{'),
      processed: (crash) => ({
        ...crash,
        uptime: '9',
        signature_steps: [{ rule: 7 }],
        additional_minidumps: [7, 'upload_file_minidump_x'],
        json_dump: {
          ...walk,
          crash_info: { crashing_thread: 0 },
          threads: [{ frames: [{ module: {}, inlines: [null] }] }],
          modules: [{}],
        },
      }),
    });

    expect(await stats.page(`/crash/${id}`)).toContain('raw crash is damaged');
    await stats.page(`/crash/${id}`, 'viewer');
  });

  it('does not know a crash that is not stored, nor what an interrupted erasure left', async () => {
    const id = await store(stats);
    await stats.crashes.delete(rawCrashKey(id));

    for (const crashId of [newId(), id]) {
      for (const path of ['', '/raw.json', '/processed.json', '/dump/upload_file_minidump']) {
        const answer = await stats.get(`/crash/${crashId}${path}`, 'operator');
        expect({ path, status: answer.status }).toEqual({ path, status: 404 });
      }
    }
    const text = await (await stats.get(`/crash/${id}`, 'operator')).text();
    expect(text).toContain('may have been erased');
  });

  it.each(['x', '0bba1fcb', `%3Cscript%3E`, 'a'.repeat(99), '..%2f..%2fetc'])(
    'refuses the id %s with help',
    async (typed) => {
      const answer = await stats.get(`/crash/${typed}`, 'operator');
      const text = await answer.text();
      expect(answer.status).toBe(404);
      expect(text).toContain('a crash id has 36 characters');
      expect(text).not.toContain('<script>');
    },
  );
});

describe('the trace of a crash', () => {
  it('is a link if TRACE_URL says where traces are', async () => {
    const TRACE_URL = 'https://grafana.example.org/d/antenna-crash?var-crash_id={crash_id}&x="';
    const traced = await CrashStatsUnderTest.create({ crashes: stats.crashes }, { TRACE_URL });
    try {
      const id = await store(stats);
      const link = `https://grafana.example.org/d/antenna-crash?var-crash_id=${id}&amp;x=&quot;`;
      expect(await traced.page(`/crash/${id}`)).toContain(`<a href="${link}">Trace</a>`);
      expect(await stats.page(`/crash/${id}`)).not.toContain('Trace');
    } finally {
      await traced.dispose();
    }
  });

  it.each([
    ['javascript:alert(1)//{crash_id}', 'http://'],
    ['https://grafana.example.org', 'must contain {crash_id}'],
  ])('is refused at %s', (TRACE_URL, problem) => {
    expect(() => loadConfig(CrashStatsConfig, { TRACE_URL })).toThrow(problem);
  });
});

describe('the search box', () => {
  const id = newId();

  it.each([
    [id, `/crash/${id}`],
    [` bp-${id.toUpperCase()} `, `/crash/${id}`],
    ['mozalloc & <b>', '/search?signature.contains=mozalloc+%26+%3Cb%3E'],
    ['//evil.example', '/search?signature.contains=%2F%2Fevil.example'],
    ['', '/search?'],
  ])('leads from "%s" to %s', async (typed, location) => {
    const query = new URLSearchParams({ id: typed });
    const answer = await stats.get(`/crash?${query.toString()}`, 'viewer');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(location);
  });
});
