import { expect, it } from '@jest/globals';

import type { IndexedFacts } from '#antenna/crash-index';
import { indexedFacts } from '#antenna/testing';

import { CrashStatsProcess } from './crash-stats-process.js';
import {
  attack,
  describeInBrowser,
  keepPicture,
  offScreen,
  reordered,
  reorderedShown,
  unfoldAll,
  violations,
} from './in-browser.js';

const day = 86_400_000;

function crashes(count: number, daysAgo: number, facts: Partial<IndexedFacts>): IndexedFacts[] {
  const date = Date.now() - daysAgo * day - 60_000;
  return Array.from({ length: count }, () => indexedFacts({ date, ...facts }));
}

const long = `OOM | large | mozalloc_abort | ${'core::option::Option<alloc::sync::Arc<T>>::'.repeat(5)}`;
const injected = {
  os_name: 'Windows',
  reason: 'EXCEPTION_ACCESS_VIOLATION_READ',
  modules: ['game.exe', 'ntdll.dll', 'overlay64.dll'],
  adapter_driver_version: '27.21.14.5671',
};
const windows = { ...injected, modules: ['game.exe', 'ntdll.dll'], adapter_driver_version: '31.0' };

/** Of a month: rising, falling, long and hostile signatures of several products. */
const month = Array.from({ length: 28 }, (_, at) => [
  ...crashes(3 + (at % 5), at, {
    product: 'Firefox',
    signature: 'js::gc::MarkStack::push',
    version: `${140 + (at % 3)}.0`,
  }),
  ...crashes(at < 7 ? 6 : 2, at, { ...injected, signature: 'game::Level::load' }),
  ...crashes(4, at, { ...windows, signature: 'shutdownhang | NtWaitForAlertByThreadId' }),
  ...crashes(at < 4 ? 5 : 0, at, {
    product: 'Fenix',
    signature: long,
    os_name: 'Android',
    cpu_arch: 'arm64',
  }),
  ...crashes(at % 4 === 0 ? 1 : 0, at, { signature: attack, product: reordered, version: attack }),
]).flat();

const signaturePage = '/signature?signature=game%3A%3ALevel%3A%3Aload&days=28';

describeInBrowser(
  'pages of statistics',
  () => CrashStatsProcess.start(month),
  (stats) => {
    it('lead from a product to its top crashers, a signature, and back, by the keyboard', async () => {
      const page = await stats.open();
      await page.getByRole('link', { name: 'MyGame', exact: true }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'Top crashers' }).waitFor();
      expect(await page.getByLabel('Product').inputValue()).toBe('MyGame');

      await page.getByLabel('Time').selectOption('28');
      await page.getByLabel('OS').selectOption('Windows');
      await page.getByRole('button', { name: 'Show' }).press('Enter');
      await page.waitForURL('**/top?product=MyGame&**days=28**');
      expect(await page.getByLabel('OS').inputValue()).toBe('Windows');
      expect(await page.locator('tbody th').allInnerTexts()).toEqual([
        'shutdownhang | NtWaitForAlertByThreadId',
        'game::Level::load',
      ]);

      await page.getByRole('link', { name: 'game::Level::load' }).press('Enter');
      await page.getByRole('heading', { level: 1, name: 'game::Level::load' }).waitFor();
      const correlated = page.locator('section[aria-labelledby="correlations"] tbody th');
      expect(await correlated.allInnerTexts()).toEqual(['27.21.14.5671', 'overlay64.dll']);
      await page.getByRole('link', { name: 'Remove: OS is Windows' }).press('Enter');
      await page.waitForURL((url) => !url.search.includes('os_name'));
    });

    it('show new signatures first, and changes of rank in words', async () => {
      const page = await stats.open();
      const rising = page.locator('section[aria-labelledby="rising"] tbody th');
      expect(await rising.allInnerTexts()).toEqual([`${long} new`, 'game::Level::load']);
      await page.goto(`${stats.service.url}/top`);
      const changes = await page.locator('tbody tr td:nth-child(5)').allInnerTexts();
      expect(changes.some((text) => /^▲\d+\s*up \d+$/.test(text))).toBe(true);
    });

    it('have the numbers of the chart as a table', async () => {
      const page = await stats.open({}, signaturePage);
      await page.getByText('As a table').click();
      const days = page.locator('section[aria-labelledby="over-time"] tbody td');
      expect(await days.allInnerTexts()).toEqual(
        Array.from({ length: 28 }, (_, at) => (at < 21 ? '2' : '6')),
      );
    });

    it('run nothing that a report says', async () => {
      const page = await stats.open();
      page.on('dialog', (dialog) => stats.fail(dialog.message()));
      for (const path of ['/', '/top?days=28']) {
        await page.goto(stats.service.url + path);
        expect(await page.locator('main').innerText()).toContain(reorderedShown);
        expect(await page.locator('main :is(img, script)').count()).toBe(0);
      }
      await page.getByRole('link', { name: attack }).click();
      await page.locator('h1').filter({ hasText: attack }).waitFor();
      expect(await page.locator('main :is(img, script)').count()).toBe(0);
    });

    it('work without scripts', async () => {
      const page = await stats.open({ javaScriptEnabled: false }, '/top?days=28');
      await page.getByLabel('Product').selectOption('Fenix');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('link', { name: long }).click();
      await page.waitForURL('**/signature?**');
      expect(await page.locator('h1').innerText()).toBe(long);
    });

    it.each([
      ['light', { colorScheme: 'light' }],
      ['dark', { colorScheme: 'dark' }],
      ['narrow', { viewport: { width: 390, height: 844 } }],
    ] as const)('can be used by everyone, in %s', async (look, options) => {
      const page = await stats.open(options);
      for (const [name, path] of [
        ['home', '/'],
        ['top', '/top?days=28&reason.exists=true'],
        ['signature', `${signaturePage}&product=MyGame`],
        ['no-signature', '/signature'],
      ] as const) {
        await page.goto(stats.service.url + path);
        await keepPicture(page, `crash-stats-${name}-${look}`);
        await unfoldAll(page);
        expect([name, await violations(page)]).toEqual([name, []]);
        expect([name, await offScreen(page)]).toEqual([name, []]);
      }
    });
  },
);
