import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { openCrashSearch } from '#antenna/crash-index';
import { temporaryDirectory, type TemporaryDirectory, waitFor } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../test/crash-stats-under-test.js';

let directory: TemporaryDirectory;
let stats: CrashStatsUnderTest | undefined;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await stats?.dispose();
  stats = undefined;
  await directory.remove();
});

async function start(index: string): Promise<string> {
  stats = await CrashStatsUnderTest.create(
    { search: openCrashSearch(join(directory.path, index)) },
    { AUTH: 'none' },
  );
  return stats.url;
}

const requests = async (page: string, status: string) =>
  await stats?.telemetry.value('antenna.crash_stats.requests', { page, status });

describe('every answer', () => {
  it.each([
    ['/', 'no-store'],
    ['/nothing', 'no-store'],
    ['/v1/nothing', 'no-store'],
    ['/__heartbeat__', 'no-store'],
    ['/page/style.css', 'no-cache'],
    ['/page/script.js', 'no-cache'],
    ['/page/icon.svg', 'no-cache'],
  ])('of %s is isolated by the browser, and kept as %s', async (path, caching) => {
    const { headers } = await fetch((await start('none')) + path);

    expect(headers.get('cache-control')).toBe(caching);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    );
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('is counted by page and status', async () => {
    const url = await start('none');
    await fetch(url);
    await fetch(`${url}/v1/nothing`);
    // Counted after the answer has been sent.
    expect(await waitFor(async () => await requests('home', '5xx'))).toBe(1);
    expect(await waitFor(async () => await requests('other', '4xx'))).toBe(1);
  });
});

describe('an error', () => {
  it('is a page for people, and problem details for programs', async () => {
    const url = await start('none');
    const page = await fetch(`${url}/nothing`);
    const api = await fetch(`${url}/v1/nothing`);

    expect([page.status, page.headers.get('content-type')]).toEqual([
      404,
      'text/html; charset=utf-8',
    ]);
    expect(await page.text()).toContain('<h1>Not Found</h1>');
    expect(api.headers.get('content-type')).toContain('application/problem+json');
    expect(await api.json()).toEqual({ title: 'Not Found', status: 404 });
  });
});

describe('an index that fails', () => {
  it.each([
    ['missing', 'The crash index is not available', 'Try again in a minute'],
    ['damaged', 'The crash index is damaged', 'npx antenna index rebuild'],
  ])('and is %s is a page that says what to do, without paths', async (index, title, fix) => {
    await writeFile(join(directory.path, 'damaged'), 'no database at all, '.repeat(100));
    const answer = await fetch(await start(index));
    const text = await answer.text();

    expect(answer.status).toBe(503);
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(text).toContain(fix);
    expect(text).not.toContain(directory.path);
    expect(text).not.toMatch(/\n\s+at /);
    expect(
      stats?.logger.messages.filter((line) => line.includes('cannot be searched')),
    ).toHaveLength(1);
    expect(stats?.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('the health of the index', () => {
  it('makes the heartbeat fail, but not readiness', async () => {
    await writeFile(join(directory.path, 'damaged'), 'no database at all, '.repeat(100));
    const url = await start('damaged');

    expect((await fetch(`${url}/__heartbeat__`)).status).toBe(503);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});
