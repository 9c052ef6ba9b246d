import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe } from '@jest/globals';
import axe, { type AxeResults } from 'axe-core';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

import { processEnvironment } from '#antenna/service';

const {
  CHROMIUM: executablePath = '/usr/bin/chromium',
  ANTENNA_ARTIFACTS: artifacts = join(tmpdir(), 'antenna-artifacts'),
} = processEnvironment();
const withBrowser = existsSync(executablePath) ? describe : describe.skip;
const place = existsSync(executablePath)
  ? executablePath
  : 'skipped: no Chromium at /usr/bin/chromium, and CHROMIUM names none';

/** What an author could write to attack a reader of the page. */
export const attack = '<img src=x onerror=alert(1)><script>alert(1)</script>"\'';
export const reordered = '\u202Egnp.exe\u0000';
/** {@link reordered} as the page shows it. */
export const reorderedShown = String.raw`\u{202e}gnp.exe\u{0}`;

/** A running service with pages. */
interface Site {
  readonly url: string;
  stop(): Promise<void>;
}

/** A service, and a browser, for each test. */
export interface PageUnderTest<S extends Site> {
  readonly service: S;
  /**
   * Opens a page of the service. Every error of the browser, such as a violation of the security policy, fails the test.
   * @param path `/` without it
   */
  open(options?: BrowserContextOptions, path?: string): Promise<Page>;
  fail(reason: string): void;
}

/** Runs tests of pages in a real browser; they are skipped where there is none. */
export function describeInBrowser<S extends Site>(
  title: string,
  start: () => Promise<S>,
  tests: (page: PageUnderTest<S>) => void,
): void {
  withBrowser(`${title}, in a browser (${place})`, () => {
    let browser: Browser;
    let service: S;
    let context: BrowserContext | undefined;
    const errors: string[] = [];

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
    });

    afterAll(async () => {
      await browser.close();
    });

    beforeEach(async () => {
      service = await start();
      errors.length = 0;
    });

    afterEach(async () => {
      await context?.close();
      await service.stop();
      if (errors.length > 0) throw new Error(`errors in the browser: ${errors.join('; ')}`);
    });

    tests({
      get service() {
        return service;
      },
      fail: (reason) => void errors.push(reason),
      open: async (options = {}, path = '/') => {
        context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
        const page = await context.newPage();
        page.on('console', (message) => void errors.push(message.text()));
        page.on('pageerror', (error) => void errors.push(error.message));
        await page.goto(service.url + path);
        return page;
      },
    });
  });
}

export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results: AxeResults = await page.evaluate('axe.run()');
  if (results.passes.length === 0) throw new Error('axe checked nothing');
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

export async function unfoldAll(page: Page): Promise<void> {
  await page.locator('details').evaluateAll((all) => {
    for (const one of all) one.setAttribute('open', '');
  });
}

/** What is cut off, or can be seen only by scrolling sideways; text fields and wide tables scroll. */
export async function offScreen(page: Page): Promise<string[]> {
  const cut: string[] = await page.evaluate(`
    [...document.querySelectorAll('body *:not(textarea, .unseen, .skip, #gutter, #gutter *, .wide, .wide *)')]
      .filter((element) => {
        const { left, right } = element.getBoundingClientRect();
        const isCut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
        return isCut || left < 0 || right > document.documentElement.clientWidth;
      })
      .map(({ outerHTML }) => outerHTML.slice(0, 100))`);
  return cut;
}

/** For review by a person, independent of the tests. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const path = join(artifacts, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  process.stdout.write(`picture of the page: ${path}\n`);
}
