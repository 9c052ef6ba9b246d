import { expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';

import { aMinidump } from '#antenna/testing';

import { asUser, CrashStatsUnderTest } from '../../apps/crash-stats/test/crash-stats-under-test.js';
import {
  attack,
  attacked,
  walk,
  walkedMinidump,
} from '../../apps/crash-stats/test/processed-crashes.js';
import { store } from '../../apps/crash-stats/test/stored-crash.js';
import { describeInBrowser, keepPicture, offScreen, unfoldAll, violations } from './in-browser.js';

const dark: BrowserContextOptions = { colorScheme: 'dark' };
const narrow: BrowserContextOptions = { viewport: { width: 390, height: 844 } };
const withoutScript: BrowserContextOptions = { javaScriptEnabled: false };
const as = (role: 'viewer' | 'operator'): BrowserContextOptions => ({
  extraHTTPHeaders: asUser(role),
});
const longName = 'std::map<std::string, std::vector<std::unique_ptr<Level>>>::'.repeat(5);

async function start() {
  const stats = await CrashStatsUnderTest.create();
  return { url: stats.url, stats, stop: async () => await stats.dispose() };
}

describeInBrowser('the page of a crash', start, (site) => {
  /** With and without symbols, inlined functions, long names, several threads, and another minidump. */
  async function aCrash(): Promise<string> {
    const without = await walkedMinidump('without symbols');
    const [thread] = walk.threads;
    const [first, ...callers] = thread?.frames ?? [];
    const inlines = [
      { function: longName, file: `/home/builder/${'deep/'.repeat(20)}level.h`, line: 3 },
    ];
    return await store(site.service.stats, {
      dumps: { upload_file_minidump: aMinidump() },
      processed: (crash) => ({
        ...crash,
        json_dump: {
          ...walk,
          modules: [...walk.modules, ...without.modules],
          threads: [
            { ...thread, thread_name: 'main', frames: [{ ...first, inlines }, ...callers] },
            ...without.threads,
          ],
        },
        additional_minidumps: ['upload_file_minidump_browser'],
        upload_file_minidump_browser: { status: 'OK', json_dump: walk },
      }),
    });
  }

  it.each([
    ['light', {}],
    ['dark', dark],
    ['narrow', narrow],
  ])('is accessible and fits: %s', async (name, options) => {
    const path = `/crash/${await aCrash()}`;
    const page = await site.open({ ...as('operator'), ...options }, path);
    await keepPicture(page, `crash-stats-crash-${name}`);
    await unfoldAll(page);

    expect(await violations(page)).toEqual([]);
    expect(await offScreen(page)).toEqual([]);
    await keepPicture(page, `crash-stats-crash-unfolded-${name}`);
  });

  it('hides from a viewer what is protected, accessible too', async () => {
    const page = await site.open(as('viewer'), `/crash/${await aCrash()}`);

    expect(await page.getByText('is hidden').count()).toBe(1);
    expect(await page.locator('.stack').first().textContent()).toContain('Level::load(');
    expect(await page.getByText('secret').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Process again' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Raw JSON' }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await keepPicture(page, 'crash-stats-crash-viewer');
  });

  it('is reached by the search box, and processes the crash again, by keyboard without script', async () => {
    const id = await aCrash();
    const other = `/crash/${await aCrash()}`;
    const page = await site.open({ ...as('operator'), ...withoutScript }, other);

    await page.getByRole('searchbox').fill(`bp-${id}`);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/crash/${id}`);
    await page.getByRole('button', { name: 'Process again' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/crash/${id}?sent=*`);

    expect(await page.getByRole('status').textContent()).toContain('processing queue');
    expect(await site.service.stats.sentIds()).toEqual([id]);
  });

  it('downloads the minidump under the name of the crash', async () => {
    const id = await aCrash();
    const page = await site.open(as('operator'), `/crash/${id}`);

    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'upload_file_minidump' }).click();
    expect((await downloading).suggestedFilename()).toBe(`${id}.dmp`);
  });

  it.each([
    ['wide', {}],
    ['narrow', narrow],
  ])('runs nothing of a hostile crash, and shows it: %s', async (name, options) => {
    const id = await store(site.service.stats, {
      raw: { [attack]: attack, URL: attack + 'W'.repeat(10_000) },
      processed: (crash) => ({
        ...attacked({ ...crash, json_dump: walk }, () => attack + 'W'.repeat(2000)),
        uuid: crash.uuid,
        submitted_timestamp: attack,
      }),
    });
    const page = await site.open({ ...as('operator'), ...options }, `/crash/${id}`);
    page.on('dialog', () => site.fail('a script of the crash ran'));
    await unfoldAll(page);

    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.getByText(String.raw`\u{202e}gnp.exe\u{0}`).count()).toBeGreaterThan(5);
    expect(await offScreen(page)).toEqual([]);
    await keepPicture(page, `crash-stats-crash-hostile-${name}`);
  });
});
