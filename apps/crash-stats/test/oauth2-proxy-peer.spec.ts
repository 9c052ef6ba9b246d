/** The login of k8s/crash-stats/oauth2-proxy.yaml: the real oauth2-proxy in front of Crash Stats. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

import {
  freePort,
  type RunningProcess,
  startProcess,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { CrashStatsUnderTest } from './crash-stats-under-test.js';
import { OpenIdProvider } from './open-id-provider.js';

// oxlint-disable-next-line no-process-env
const program = process.env['ANTENNA_TEST_OAUTH2_PROXY'];
const describeWithProxy = program === undefined ? describe.skip : describe;
const [config, deployment] = parseAllDocuments(
  readFileSync('k8s/crash-stats/oauth2-proxy.yaml', 'utf8'),
).map((document) => document.toJS());

describeWithProxy(
  'Crash Stats behind oauth2-proxy (skipped without ANTENNA_TEST_OAUTH2_PROXY)',
  () => {
    let directory: TemporaryDirectory;
    let crashStats: CrashStatsUnderTest;
    let provider: OpenIdProvider;
    let proxy: RunningProcess;
    let url: string;

    beforeAll(async () => {
      directory = await temporaryDirectory();
      crashStats = await CrashStatsUnderTest.create(
        {},
        { AUTH_PROXY_SECRET: 'shared by proxy and app' },
      );
      provider = await OpenIdProvider.start('crash-stats');
      const port = await freePort();
      url = `http://127.0.0.1:${port}`;
      const file = (name: string): string => join(directory.path, name);
      const text = String(config.data['alpha.yaml'])
        .replace("':4180'", `'127.0.0.1:${port}'`)
        .replace('http://antenna-crash-stats:8004', crashStats.url)
        .replace('https://login.example.org', provider.url)
        .replace('/etc/oauth2-proxy/secret/client-secret', file('client-secret'));
      await writeFile(file('alpha.yaml'), text);
      await writeFile(file('client-secret'), 'of the client');
      const [container] = deployment.spec.template.spec.containers;
      const args = (container.args as string[]).map((arg) =>
        arg
          .replace('/etc/oauth2-proxy/alpha.yaml', file('alpha.yaml'))
          .replace('https://crash-stats.example.org', url),
      );
      proxy = await startProcess(args, {
        command: program ?? '',
        env: {
          OAUTH2_PROXY_COOKIE_SECRET: 'c'.repeat(32),
          PROXY_SECRET: 'shared by proxy and app',
        },
      });
      const answers = async (): Promise<boolean> => (await fetch(`${url}/ping`)).ok;
      await waitFor(answers, { timeoutMs: 30_000, describe: () => proxy.lines.join('\n') });
    });

    afterAll(async () => {
      await proxy.stop();
      await provider.stop();
      await crashStats.dispose();
      await directory.remove();
    });

    /** Signs in as the provider's user. @returns the cookies of the session */
    async function signIn(groups: readonly string[]): Promise<string> {
      provider.user = { email: 'ada@example.org', groups };
      const start = await fetch(`${url}/oauth2/start?rd=/`, { redirect: 'manual' });
      const login = await fetch(start.headers.get('location') ?? '', { redirect: 'manual' });
      const back = await fetch(login.headers.get('location') ?? '', {
        redirect: 'manual',
        headers: { cookie: cookiesOf(start) },
      });
      if (back.headers.get('location') !== '/') throw new Error(proxy.lines.join('\n'));
      return cookiesOf(back);
    }

    const get = async (headers: Record<string, string>): Promise<Response> =>
      await fetch(`${url}/`, { redirect: 'manual', headers });

    it('shows nothing to those who are not signed in', async () => {
      const answer = await get({
        'x-forwarded-email': 'ada@example.org',
        'x-forwarded-groups': 'operator',
      });
      expect(answer.status).toBe(403);
      expect(await answer.text()).not.toContain('Crash Stats');
    });

    it('shows the pages to a user with a group, by the name of the user', async () => {
      const answer = await get({ cookie: await signIn(['others', 'viewer']) });
      expect([answer.status, await answer.text()]).toEqual([
        200,
        expect.stringContaining('ada@example.org'),
      ]);
    });

    it('shows nothing to a user without a group', async () => {
      const answer = await get({ cookie: await signIn(['others']) });
      expect([answer.status, await answer.text()]).toEqual([
        403,
        expect.stringContaining('in no group'),
      ]);
    });

    it('replaces user, groups and secret that a client sends', async () => {
      const forged = {
        'x-forwarded-email': 'eve@example.org',
        'x-forwarded-groups': 'operator',
        'x-antenna-proxy-secret': 'a guess',
      };
      const answer = await get({ cookie: await signIn(['others']), ...forged });
      expect(answer.status).toBe(403);
      const page = await (await get({ cookie: await signIn(['viewer']), ...forged })).text();
      expect(page).toContain('ada@example.org');
      expect(page).not.toContain('eve@example.org');
    });
  },
);

function cookiesOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .filter((cookie = '') => !/^[^=]+=$/.test(cookie))
    .join('; ');
}
