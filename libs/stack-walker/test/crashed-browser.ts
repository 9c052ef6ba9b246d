import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { waitFor } from '#antenna/testing';

/** A browser of Debian whose crash reporter writes minidumps. */
interface Browser {
  readonly program: string;
  readonly arguments: (directory: string) => readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Below the directory. It appears as soon as a crash would be reported. */
  readonly dumps: string;
}

export const browsers = {
  Chromium: {
    program: '/usr/lib/chromium/chromium',
    arguments: (directory) => [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-crash-reporter',
      `--user-data-dir=${join(directory, 'profile')}`,
      'about:blank',
    ],
    environment: {},
    dumps: '.config/chromium/Crash Reports/pending',
  },
  Firefox: {
    program: '/usr/lib/firefox-esr/firefox-esr',
    arguments: (directory) => ['--headless', '--no-remote', '--profile', directory, 'about:blank'],
    environment: { MOZ_CRASHREPORTER: '1', MOZ_CRASHREPORTER_NO_REPORT: '1' },
    dumps: 'minidumps',
  },
} as const satisfies Record<string, Browser>;

/** Starts the browser with the directory as its home, crashes it, and returns the path of its minidump. */
export async function crashBrowser(browser: Browser, directory: string): Promise<string> {
  const child = spawn(browser.program, browser.arguments(directory), {
    stdio: 'ignore',
    env: {
      ...browser.environment,
      HOME: directory,
      XDG_CONFIG_HOME: join(directory, '.config'),
    },
  });
  const exit = once(child, 'exit');
  const dumps = join(directory, browser.dumps);
  await waitFor(
    async () => {
      await readdir(dumps);
      return (await readdir(`/proc/${child.pid}/task`)).length > 10;
    },
    {
      timeoutMs: 60_000,
      describe: `${dumps} and ten threads`,
    },
  );
  child.kill('SIGSEGV');
  await exit;
  const name = await waitFor(
    async () => (await readdir(dumps)).find((entry) => entry.endsWith('.dmp')),
    { timeoutMs: 60_000, describe: `a minidump in ${dumps}` },
  );
  return join(dumps, name);
}
