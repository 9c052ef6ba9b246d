import { expect, it } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';

import { indexedFacts } from '#antenna/testing';

import { asUser, CrashStatsUnderTest } from '../../apps/crash-stats/test/crash-stats-under-test.js';
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

const longSignature = `${'mozilla::dom::quota::'.repeat(12)}${'A'.repeat(200)}`;
const as = (role: 'viewer' | 'protected'): BrowserContextOptions => ({
  extraHTTPHeaders: asUser(role),
});

async function start() {
  const stats = await CrashStatsUnderTest.create({}, { API_RATE: '10000' });
  const now = Date.now();
  const signatures = [longSignature, 'game::Level::load', `${attack}${reordered.slice(0, -1)}`];
  await stats.index(
    Array.from({ length: 130 }, (_, index) =>
      indexedFacts({
        date: now - (index + 1) * 60_000,
        signature: signatures[index % 3] ?? '',
        product: index < 100 ? 'MyGame' : 'Editor',
        uptime: index * 1000,
      }),
    ),
  );
  return { url: stats.url, stats, stop: async () => await stats.dispose() };
}

describeInBrowser('the search page', start, (site) => {
  it.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 390, height: 844 } }],
  ] as const)('is accessible and fits: %s', async (name, options) => {
    const columns = ['date', 'signature', 'uptime', 'modules', 'reason'];
    const query = columns.map((column) => `column=${column}`).join('&');
    const page = await site.open({ ...as('viewer'), ...options }, `/search?${query}`);
    await keepPicture(page, `crash-stats-search-${name}`);
    await unfoldAll(page);

    expect(await violations(page)).toEqual([]);
    expect(await offScreen(page)).toEqual([]);
    expect(await page.content()).toContain(reorderedShown.slice(0, -5));
    await keepPicture(page, `crash-stats-search-unfolded-${name}`);
  });

  it('finds, narrows, sorts and pages by keyboard and links, without a script', async () => {
    const page = await site.open({ ...as('viewer'), javaScriptEnabled: false }, '/search');
    await page.getByLabel('Field of a new condition').selectOption('Product');
    await page.getByLabel('Operator of a new condition').selectOption('starts with');
    await page.getByLabel('Value of a new condition').fill('my');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/search?product.starts_with=my&days=7');
    expect(await page.locator('#found').innerText()).toBe('100 crashes');

    await page.getByRole('link', { name: 'game::Level::load' }).first().click();
    await page.waitForURL('**&signature=game%3A%3ALevel%3A%3Aload');
    expect(await page.locator('#found').innerText()).toBe('33 crashes');

    await page.getByRole('link', { name: 'Remove condition 2' }).click();
    await page.getByRole('columnheader').getByRole('link', { name: 'Version' }).click();
    expect(await page.locator('th[aria-sort]').innerText()).toBe('Version');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL('**&from=50');
    expect(await page.getByLabel('Parts of the result').innerText()).toContain('51 to 100 of 100');
    expect(await page.getByLabel('Value of condition 1').inputValue()).toBe('my');
  });

  it('chooses columns and facets, and downloads what is found', async () => {
    const page = await site.open(as('viewer'), '/search?product=Editor');
    await page.getByText('Columns and facets').click();
    await page
      .getByRole('group', { name: 'Columns' })
      .getByLabel('Uptime', { exact: true })
      .check();
    await page.getByRole('group', { name: 'Facets' }).getByLabel('CPU', { exact: true }).check();
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**column=uptime**');
    expect(await page.getByRole('columnheader').allInnerTexts()).toContain('Uptime');
    expect(await page.getByRole('heading', { name: 'CPU' }).count()).toBe(1);

    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'CSV' }).click();
    expect((await download).suggestedFilename()).toMatch(/^crashes-\d{4}-\d\d-\d\d\.csv$/);
  });

  it('says what to do when nothing is found, accessible too', async () => {
    const page = await site.open(as('viewer'), '/search?product=Nothing');
    expect(await page.getByRole('heading', { name: 'No crash was found' }).count()).toBe(1);
    expect(await page.getByRole('link', { name: 'Search the last 400 days' }).count()).toBe(1);
    expect(await violations(page)).toEqual([]);
    await keepPicture(page, 'crash-stats-search-empty');
  });

  it('keeps what was typed beside what is wrong with it, accessible too', async () => {
    const page = await site.open(as('protected'), '/search');
    await page.getByLabel('Field of a new condition').selectOption('Uptime');
    await page.getByLabel('Operator of a new condition').selectOption('is less than');
    await page.getByLabel('Value of a new condition').fill('a minute');
    // The browser logs the status 400, which would fail the test.
    await page.route('**/search?**', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, status: 200 });
    });
    await page.getByRole('button', { name: 'Search' }).click();
    expect(await page.getByRole('alert').innerText()).toContain(
      'uptime.before is "a minute": use a number',
    );
    expect(await page.getByLabel('Value of condition 1').inputValue()).toBe('a minute');
    expect(await violations(page)).toEqual([]);
    await keepPicture(page, 'crash-stats-search-refused');
  });
});
