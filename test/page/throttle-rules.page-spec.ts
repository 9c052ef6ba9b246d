import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

import { processEnvironment } from '#antenna/service';
import { waitFor } from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';

import { ThrottleConfigProcess } from './throttle-config-process.js';

const {
  CHROMIUM: executablePath = '/usr/bin/chromium',
  ANTENNA_ARTIFACTS: artifacts = join(tmpdir(), 'antenna-artifacts'),
} = processEnvironment();
const withBrowser = existsSync(executablePath) ? describe : describe.skip;
const place = existsSync(executablePath)
  ? executablePath
  : 'skipped: no Chromium at /usr/bin/chromium, and CHROMIUM names none';
const broken = mozillaRuleset.replace('result: fakeaccept', 'result: fake');
const renamed = mozillaRuleset.replace('name: b2g', 'name: retired_product');

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results: AxeResults = await page.evaluate('axe.run()');
  if (results.passes.length === 0) throw new Error('axe checked nothing');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

/** For review by a person, independent of the tests. */
async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(artifacts, `throttle-rules-${name}.png`);
  await page.screenshot({ path, fullPage: true });
  process.stdout.write(`picture of the page: ${path}\n`);
}

withBrowser(`the page for product owners, in a browser (${place})`, () => {
  let browser: Browser;
  let service: ThrottleConfigProcess;
  let context: BrowserContext;
  const browserErrors: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser.close();
  });

  beforeEach(async () => {
    service = await ThrottleConfigProcess.start(mozillaRuleset);
    browserErrors.length = 0;
  });

  afterEach(async () => {
    await context.close();
    await service.stop();
    if (browserErrors.length > 0)
      throw new Error(`errors in the browser: ${browserErrors.join('; ')}`);
  });

  /** Opens the page. Every error of the browser, such as a violation of the security policy, fails the test. */
  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
    const page = await context.newPage();
    page.on('console', (message) => void browserErrors.push(message.text()));
    page.on('pageerror', (error) => void browserErrors.push(error.message));
    await page.goto(service.url);
    return page;
  }

  it('shows the rules in order, their verdicts as bars, and the instances', async () => {
    await service.report('ingest-0', {
      is_nightly: { accept: 300 },
      is_firefox_desktop: { accept: 100, reject: 900 },
      is_shutdownkill: { continue: 20, reject: 180 },
    });
    const page = await open();

    const names = await page.locator('#live tbody th[scope=row]').allInnerTexts();
    expect(names.map((text) => text.split('\n')[0])).toEqual([
      ...Array.from(mozillaRuleset.matchAll(/- name: (\w+)/g), ([, name]) => name),
      'ingest-0',
    ]);
    const widths = await page
      .locator('tr', { hasText: 'is_firefox_desktop' })
      .locator('rect')
      .evaluateAll((rects) => rects.map((rect) => rect.getBoundingClientRect().width));
    expect(widths[1]).toBeCloseTo((widths[0] ?? 0) * 9, 0);
    expect(await page.getByRole('img', { name: '100 accept, 900 reject' }).count()).toBe(1);
    expect(await page.locator('.summary').innerText()).toContain(await service.revision());
  });

  it('shows an accepted and a rejected edit without a reload', async () => {
    const page = await open();
    await service.edit(renamed);
    await page.getByText('retired_product').waitFor();
    expect(await page.getByRole('status').innerText()).toBe(
      `Revision ${await service.revision()} is now live.`,
    );

    await service.edit(broken);
    await page.getByRole('heading', { name: 'The last edit was refused' }).waitFor();
    const problem = await page.locator('.notice.error li').innerText();
    expect(problem).toMatch(/line \d+, column \d+, rule b2g: result must not be "fake"/);
    expect(problem).toContain('expected one of: accept, defer, reject, fakeaccept');
    expect(await page.getByText('retired_product').count()).toBe(1);
  });

  it('keeps focus and scroll position in a table when an edit is shown', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    const table = page.getByRole('region', { name: 'Table of the rules' });
    await table.click();
    await table.evaluate((element) => void (element.scrollLeft = 40));
    await service.edit(renamed);
    await page.getByText('retired_product').waitFor();

    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Table of the rules');
    expect(await table.evaluate((element) => element.scrollLeft)).toBe(40);
  });

  it('evaluates a report with the keyboard alone', async () => {
    const page = await open();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to trying a report');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('ReleaseChannel=nightly');
    await page.keyboard.press('Enter');
    await page.keyboard.type('ProductName=Firefox');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    await waitFor(async () => (await page.locator(':focus').getAttribute('id')) === 'verdict');
    expect(await page.locator(':focus').innerText()).toBe(
      'Verdict of the live rules: accept, by is_nightly',
    );
    expect(await page.locator('.decided').innerText()).toContain('the result is accept');
    expect(page.url()).toBe(`${service.url}/#try`);
  });

  it('shows the errors of pasted rules', async () => {
    const page = await open();
    await page.getByLabel('Rules to try').fill(broken);
    await page.getByRole('button', { name: 'Try' }).click();

    await page.getByRole('heading', { name: 'These rules cannot be used' }).waitFor();
    expect(await page.locator('#result li').innerText()).toContain('rule b2g');
  });

  it('works without scripts', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Throttle rules');
    await page.getByLabel('Annotations').fill('{"ProductName": "Nothing"}');
    await page.getByRole('button', { name: 'Try' }).click();

    expect(await page.locator('#verdict').innerText()).toBe(
      'Verdict of the live rules: reject, by unsupported_product',
    );
    expect(await page.getByLabel('Annotations').inputValue()).toBe('{"ProductName": "Nothing"}');
  });

  it.each(['light', 'dark'] as const)(
    'has no accessibility violation that axe finds, in %s',
    async (colorScheme) => {
      await service.report('ingest-0', { is_nightly: { accept: 3 }, b2g: { fakeaccept: 1 } });
      const page = await open({ colorScheme });
      await service.edit(broken);
      await page.getByRole('heading', { name: 'The last edit was refused' }).waitFor();
      await page.getByRole('button', { name: 'Try' }).click();
      await page.locator('#verdict').waitFor();

      expect(await violations(page)).toEqual([]);
      await keepPicture(page, colorScheme);
    },
  );

  it('fits on a phone', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });

    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
    expect(await violations(page)).toEqual([]);
    await keepPicture(page, 'telephone');
  });
});
