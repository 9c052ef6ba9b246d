import { afterEach, describe, expect, it } from '@jest/globals';

import { ConfigError, loadConfig } from '#antenna/service';
import { rawRequest } from '#antenna/testing';

import { CrashStatsUnderTest, secret as proxySecret } from '../../test/crash-stats-under-test.js';
import { CrashStatsConfig } from '../crash-stats.config.js';

const behindProxy = {
  AUTH: 'proxy',
  AUTH_PROXY_SECRET: proxySecret,
  AUTH_PROXY_NETWORKS: '127.0.0.0/8,::1/128',
  VIEWER_GROUPS: 'viewers',
  PROTECTED_GROUPS: 'protecteds',
  OPERATOR_GROUPS: 'operators',
};

const signedIn = (groups: string): Record<string, string> => ({
  'x-antenna-proxy-secret': proxySecret,
  'x-forwarded-email': 'ana@example.org',
  'x-forwarded-groups': groups,
});

const problemsOf = (env: Record<string, string>): string => {
  try {
    loadConfig(CrashStatsConfig, { ...behindProxy, ...env });
    return '';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
};

let stats: CrashStatsUnderTest | undefined;

async function start(env: Readonly<Record<string, string>> = { AUTH: 'none' }): Promise<string> {
  stats = await CrashStatsUnderTest.create({}, env);
  return stats.url;
}

/** The status for a request with exactly these lines of a header. */
async function statusFor(url: string, lines: readonly string[], host?: string): Promise<number> {
  const { port } = new URL(url);
  const head = ['GET / HTTP/1.1', 'host: crashes.example.org', ...lines, 'connection: close'];
  const answer = await rawRequest(
    Number(port),
    [Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'utf8')],
    host === undefined ? {} : { host },
  );
  return answer.status ?? 0;
}

const linesOf = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`);

afterEach(async () => {
  await stats?.dispose();
  stats = undefined;
});

describe('AUTH=none', () => {
  it.each(['127.0.0.1', '127.0.0.2', 'localhost'])('starts on %s', async (HOST) => {
    const url = await start({ HOST, AUTH: 'none' });

    expect((await fetch(url)).status).toBe(200);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example'])(
    'refuses to start on %s, and says what to set',
    async (HOST) => {
      await expect(start({ HOST, AUTH: 'none' })).rejects.toThrow(
        `HOST=${HOST} with AUTH=none would show all crashes to everyone who reaches this machine; set HOST to 127.0.0.1, or AUTH to proxy`,
      );
    },
  );

  it.each([
    ['localhost:8004', 200],
    ['127.0.0.1', 200],
    ['[::1]:8004', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost.evil.example:8004', 403],
    ['', 403],
  ])(
    'answers the host "%s" with %i: a name of the attacker could lead here',
    async (host, code) => {
      const { port } = new URL(await start());
      const request = `GET / HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;

      expect((await rawRequest(Number(port), [request])).status).toBe(code);
    },
  );
});

describe('AUTH=proxy', () => {
  it.each(['viewers', 'protecteds', 'operators', 'others, viewers', 'a,viewers,b'])(
    'lets a user of the groups "%s" in',
    async (groups) => {
      const url = await start(behindProxy);
      const answer = await fetch(url, { headers: signedIn(groups) });

      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('ana@example.org');
    },
  );

  it.each(['', 'viewer', 'Viewers', 'viewers2', 'all viewers', ';viewers'])(
    'refuses a user of the groups "%s", and shows nothing',
    async (groups) => {
      const url = await start(behindProxy);
      const answer = await fetch(url, { headers: signedIn(groups) });

      expect(answer.status).toBe(403);
      expect(await answer.text()).toContain('in no group that may see crashes');
    },
  );

  const good = linesOf(signedIn('operators'));
  const [secret = '', user = '', groups = ''] = good;

  it.each<[string, readonly string[], number]>([
    ['everything', good, 200],
    ['no secret', [user, groups], 401],
    ['another secret', ['x-antenna-proxy-secret: guessed', user, groups], 401],
    ['an empty secret', ['x-antenna-proxy-secret:', user, groups], 401],
    ['the secret twice', [secret, ...good], 401],
    ['a guess beside the secret', [...good, 'X-Antenna-Proxy-Secret: guessed'], 401],
    ['no user', [secret, groups], 401],
    ['an empty user', [secret, 'x-forwarded-email:  ', groups], 401],
    ['the user twice', [...good, 'X-Forwarded-Email: eve@example.org'], 401],
    ['a user with a control character', [secret, 'x-forwarded-email: a\u0085b', groups], 401],
    ['a user with a right-to-left override', [secret, 'x-forwarded-email: a\u202eb', groups], 401],
    ['a user with 257 characters', [secret, `x-forwarded-email: ${'a'.repeat(257)}`, groups], 401],
    ['a user with an umlaut', [secret, 'x-forwarded-email: jürgen', groups], 200],
    ['no groups', [secret, user], 403],
    ['the groups twice', [...good, 'x-forwarded-groups: operators'], 403],
    ['more headers than Node reads', [...good, `x-forwarded-groups: ${'g,'.repeat(16_384)}`], 431],
  ])('answers %s with its status', async (_case, lines, status) => {
    expect(await statusFor(await start(behindProxy), lines)).toBe(status);
  });

  it.each([
    ['127.0.0.1', '127.0.0.0/8', 200],
    ['127.0.0.1', '10.0.0.0/8,::1/128', 401],
    ['127.0.0.1', '::ffff:0:0/96', 200],
    ['::1', '10.0.0.0/8,::1/128', 200],
    ['::1', '127.0.0.0/8', 401],
  ])('answers %s, with the networks %s, with %i', async (host, networks, status) => {
    const env = { ...behindProxy, HOST: '::', AUTH_PROXY_NETWORKS: networks };

    expect(await statusFor(await start(env), good, host)).toBe(status);
  });

  it('tells nobody without a proof what is there, and counts why it was refused', async () => {
    const url = await start(behindProxy);
    const answer = await fetch(`${url}/`);
    const text = await answer.text();

    expect(answer.status).toBe(401);
    expect(text).toContain('Not signed in');
    expect(text).not.toContain('x-');
    expect(
      await stats?.telemetry.value('antenna.crash_stats.refused', { reason: 'not_from_proxy' }),
    ).toBe(1);
  });

  it.each([
    '/__heartbeat__',
    '/__lbheartbeat__',
    '/__version__',
    '/health/live',
    '/page/style.css',
  ])('leaves %s open', async (path) => {
    const { status } = await fetch(`${await start(behindProxy)}${path}`);

    expect([200, 503]).toContain(status);
  });
});

describe('CrashStatsConfig', () => {
  it.each([
    [{}, ''],
    [
      { AUTH_PROXY_SECRET: 'short' },
      'AUTH_PROXY_SECRET has 5 characters; AUTH=proxy requires at least 16',
    ],
    [{ AUTH_PROXY_SECRET: '' }, 'AUTH_PROXY_SECRET has 0 characters'],
    [{ AUTH_PROXY_NETWORKS: '' }, 'AUTH_PROXY_NETWORKS is not set'],
    [
      { AUTH_PROXY_NETWORKS: '10.0.0.0' },
      'AUTH_PROXY_NETWORKS has 10.0.0.0, which is not a network',
    ],
    [{ AUTH_PROXY_NETWORKS: '10.0.0.0/33' }, 'has 10.0.0.0/33, which is not a network'],
    [{ AUTH_PROXY_NETWORKS: 'fd00::/129' }, 'has fd00::/129, which is not a network'],
    [{ AUTH_PROXY_NETWORKS: 'proxy/8' }, 'has proxy/8, which is not a network'],
    [{ VIEWER_GROUPS: '', PROTECTED_GROUPS: '', OPERATOR_GROUPS: '' }, 'nobody could see anything'],
    [{ LOG_LEVEL: 'warn' }, 'LOG_LEVEL=warn would omit the audit lines'],
  ])('judges %j', (env: Record<string, string>, problem) => {
    expect(problemsOf(env)).toContain(problem);
    expect(problemsOf(env) === '').toBe(problem === '');
  });
});
