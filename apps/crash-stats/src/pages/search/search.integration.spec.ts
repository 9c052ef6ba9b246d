import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { conditionName, crashFields, operators } from '#antenna/crash-index';
import { indexedFacts } from '#antenna/testing';

import { CrashStatsUnderTest } from '../../../test/crash-stats-under-test.js';

const hostile = '"><script>alert(1)</script>\u202Egnp.exe\u0007\u{1F4A5}';
const shownHostile = '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;';
const now = Date.now();
let stats: CrashStatsUnderTest;

beforeAll(async () => {
  stats = await CrashStatsUnderTest.create({}, { API_RATE: '1000000' });
  const many = Array.from({ length: 120 }, (_, index) =>
    indexedFacts({ date: now - (index + 1) * 60_000, uptime: index }),
  );
  const others = [
    indexedFacts({ date: now - 1000, product: 'Other', version: '=1+1', signature: hostile }),
    indexedFacts({ date: now - 2000, product: 'Other', abort_message: 'the secret message' }),
    indexedFacts({ date: now - 30 * 86_400_000, product: 'Old' }),
  ];
  await stats.index([...many, ...others]);
});

afterAll(async () => {
  await stats.dispose();
});

/** The page on one line. */
async function pageOf(path: string, role: 'viewer' | 'protected' = 'viewer'): Promise<string> {
  return (await stats.page(path, role)).replaceAll(/\s+/g, ' ');
}

function textsOf(page: string, pattern: RegExp): string[] {
  return Array.from(page.matchAll(pattern), ([, text = '']) => text.trim());
}

describe('the search page', () => {
  it('shows crashes and facets of the last seven days', async () => {
    const page = await pageOf('/search');
    expect(page).toContain('122 crashes');
    expect(page).toMatch(/href="\/search\?product=MyGame"\s*>MyGame<\/a\s*>\s*<span>120 · 98.4 %/);
    expect(page.match(/href="\/crash\//g)).toHaveLength(50);
    expect(page).toContain('1 to 50 of 122');
    expect(page).toContain('<a rel="next" href="/search?from=50">');
  });

  it('narrows, sorts and pages by links that have all of the search', async () => {
    const page = await pageOf('/search?uptime.before=100&sort=-uptime&size=40&from=40');
    expect(page).toContain('41 to 80 of 102');
    expect(page).toContain('href="/search?uptime.before=100&amp;sort=-uptime&amp;size=40"');
    expect(page).toContain(
      'href="/search?uptime.before=100&amp;sort=-uptime&amp;size=40&amp;from=80"',
    );
    expect(page).toContain(
      'href="/search?uptime.before=100&amp;sort=-uptime&amp;size=40&amp;product=MyGame"',
    );
  });

  it('shows the chosen columns in the order of the URL, sorted', async () => {
    const page = await pageOf('/search?column=uptime&column=cpu_arch&sort=uptime');
    expect(textsOf(page, /<th scope="col"[^>]*>\s*(?:<a [^>]*>)?([^<]*)/g)).toEqual([
      'Crash',
      'Uptime',
      'CPU',
    ]);
    expect(page).toContain('<th scope="col" class="number" aria-sort="ascending">');
    expect(textsOf(page, /<td class="number">(\d+)<\/td>/g).slice(0, 3)).toEqual(['0', '1', '2']);
  });

  it('keeps the form, and names all problems, when it cannot search', async () => {
    const answer = await stats.get('/search?prodct=x&uptime.contains=1&days=0', 'viewer');
    const page = (await answer.text()).replaceAll(/\s+/g, ' ');
    expect(answer.status).toBe(400);
    expect(textsOf(page, /<li>([^<]*(?:use|mean)[^<]*)<\/li>/g)).toHaveLength(3);
    expect(page).toContain('did you mean product?');
    expect(page).toMatch(/<option value="prodct" selected>/);
    expect(page).toMatch(/name="days" value="0"/);
  });

  it.each([
    ['more values than are allowed', 400, Array.from({ length: 1300 }, (_, n) => `build=${n}`)],
    [
      'as many as are allowed',
      200,
      [
        'build',
        'version',
        'product',
        'reason',
        'os_name',
        'cpu_arch',
        'signature',
        'modules',
      ].flatMap((field) =>
        Array.from({ length: 50 }, (_, n) => `${field}.is_not=${'v'.repeat(10)}${n}`),
      ),
    ],
  ])('stays small with %s, and keeps all values', async (_name, status, parameters) => {
    const answer = await stats.get(`/search?${parameters.join('&')}`, 'viewer');
    const page = await answer.text();
    expect(answer.status).toBe(status);
    expect(page.match(/ name="value"/g)).toHaveLength(parameters.length + 1);
    expect(page.length).toBeLessThan(3_000_000);
  });

  it('says what a pattern cannot have', async () => {
    const answer = await stats.get('/search?signature.matches=(a)%5C1', 'viewer');
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain('regular expression');
  });

  it('turns the form into a link, whatever is in it', async () => {
    const form = new URLSearchParams([
      ['field', 'signature'],
      ['operator', 'contains'],
      ['value', '\r\nset-cookie: a=b'],
      ['days', '28'],
    ]);
    const answer = await stats.get(`/search?${form.toString()}`, 'viewer');
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(
      '/search?signature.contains=%0D%0Aset-cookie%3A+a%3Db&days=28',
    );
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('says what to do when nothing is found', async () => {
    const page = await pageOf('/search?product=Old');
    expect(page).toContain('No crash was found');
    expect(page).toContain('href="/search?product=Old&amp;days=400"');
    expect(await pageOf('/search?product=Old&days=400')).toContain('1 crash<');
  });

  it('shows what attackers wrote as text only', async () => {
    const page = await pageOf(`/search?product=Other&signature=${encodeURIComponent(hostile)}`);
    expect(page).not.toContain('<script>alert');
    // Fields of the form keep their value.
    expect(page.replaceAll(/value="[^"]*"/g, '')).not.toMatch(/\u202E|\p{Cc}/u);
    expect(page).toContain(shownHostile);
    expect(page).toContain(String.raw`\u{202e}gnp.exe\u{7}`);
    const refused = await stats.get(`/search?${encodeURIComponent(hostile)}=1`, 'viewer');
    expect(await refused.text()).not.toContain('<script>alert');
  });
});

describe('protected fields', () => {
  it.each([
    'abort_message.contains=secret',
    'abort_message.matches=(',
    'column=abort_message',
    'facet=abort_message',
    'sort=abort_message',
  ])('cannot be used by a viewer: %s', async (query) => {
    for (const path of ['/search', '/search.csv', '/v1/crashes']) {
      const answer = await stats.get(`${path}?${query}`, 'viewer');
      expect(answer.status).toBe(400);
      const text = await answer.text();
      expect(text).toContain('hidden');
      expect(text).not.toContain('secret message');
    }
    expect(await pageOf('/search')).not.toContain('abort_message');
  });

  it('can be used with the role, which is an audit line', async () => {
    const before = stats.auditLines().length;
    const page = await stats.page(
      '/search?abort_message.contains=SECRET&column=abort_message',
      'protected',
    );
    expect(page).toContain('the secret message');
    expect(stats.auditLines().slice(before)).toEqual([
      { user: 'protected@example.com', what: 'search', crash_id: undefined },
    ]);
    await stats.page('/search?product=Other', 'protected');
    expect(stats.auditLines()).toHaveLength(before + 1);
  });
});

describe('the search as CSV', () => {
  it('is a file with all crashes, in which no value is a formula', async () => {
    const answer = await stats.get(
      '/search.csv?product=Other&column=version&column=signature',
      'viewer',
    );
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="crashes-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const [head, first, ...rest] = (await answer.text()).trim().split('\r\n');
    expect(head).toBe('crash_id,version,signature');
    expect(first).toContain(`,"'=1+1","""><script>`);
    expect(first).toContain(String.raw`\u{202e}gnp.exe\u{7}`);
    expect(rest).toHaveLength(1);
  });

  it('has the crashes of several reads of the index, each once', async () => {
    const many = await CrashStatsUnderTest.create();
    try {
      await many.index(Array.from({ length: 1203 }, () => indexedFacts({ date: now - 1000 })));
      const [, ...lines] = (await many.page('/search.csv', 'viewer')).trim().split('\r\n');
      expect(new Set(lines).size).toBe(1203);
      const part = await many.page('/search.csv?from=100&size=900', 'viewer');
      expect(part.trim().split('\r\n').slice(1)).toEqual(lines.slice(100, 1000));
    } finally {
      await many.dispose();
    }
  });

  it('has more crashes than a page, and refuses what the page refuses', async () => {
    expect((await stats.page('/search.csv', 'viewer')).trim().split('\r\n')).toHaveLength(123);
    const refused = await stats.get('/search.csv?days=x', 'viewer');
    expect(refused.status).toBe(400);
  });
});

it('answers whatever the parameters are', async () => {
  const names = Object.keys(crashFields).flatMap((field) =>
    operators.map((operator) => conditionName(field, operator)),
  );
  const name = fc.oneof(
    fc.constantFrom(...names, 'days', 'from', 'size', 'sort', 'facet', 'column', 'field', 'value'),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const value = fc.oneof(
    fc.constantFrom('', hostile, '-1', '1e400', '9'.repeat(400), 'true', '(a+)+$', '%', '_', '*'),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  const path = fc.constantFrom('/search', '/search.csv', '/v1/crashes');
  await fc.assert(
    fc.asyncProperty(path, fc.array(fc.tuple(name, value), { maxLength: 6 }), async (at, pairs) => {
      const answer = await stats.get(`${at}?${new URLSearchParams(pairs).toString()}`, 'viewer');
      expect([200, 303, 400]).toContain(answer.status);
      const text = await answer.text();
      expect(at === '/search' && text.includes('<script>')).toBe(false);
    }),
    { numRuns: 300 },
  );
});

it('refuses more requests than the limit, in words and with the time to wait', async () => {
  const limited = await CrashStatsUnderTest.create({}, { API_RATE: '2' });
  try {
    await limited.index([]);
    await limited.get('/', 'viewer');
    await limited.get('/v1/crashes', 'viewer');
    const page = await limited.get('/search', 'viewer');
    expect(page.status).toBe(429);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await page.text()).toContain('Too many requests');
    const api = await limited.get('/v1/crashes', 'viewer');
    expect(api.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await api.json()).toMatchObject({ status: 429 });
    expect((await limited.get('/', 'operator')).status).toBe(200);
    expect((await limited.get('/page/style.css', 'viewer')).status).toBe(200);
  } finally {
    await limited.dispose();
  }
});
