import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CrashStatsUnderTest } from '../../test/crash-stats-under-test.js';
import { type SeededIndex, seededIndex } from '../../test/seeded-index.js';

const day = 86_400_000;
const daysAgo = (days: number): number => Date.now() - days * day - 60_000;
const hostile = '<script>alert("x")</script>\u202Egnp.exe | a&b=c#d';
const hostileShown = String.raw`&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;\u{202e}gnp.exe | a&amp;b=c#d`;

/** Path and parameters of the links of a page, whose addresses begin so. */
function linksIn(page: string, start: string): URL[] {
  return Array.from(page.matchAll(/href="([^"]*)"/g), ([, link = '']) =>
    link.replaceAll('&amp;', '&'),
  )
    .filter((link) => link.startsWith(start))
    .map((link) => new URL(link, 'http://localhost'));
}

describe('pages of statistics', () => {
  let index: SeededIndex;
  let stats: CrashStatsUnderTest;

  beforeEach(async () => {
    index = await seededIndex();
    stats = await CrashStatsUnderTest.create({ search: index.search });
  });

  afterEach(async () => {
    await stats.dispose();
    await index.close();
  });

  async function get(path: string, status = 200): Promise<string> {
    const answer = await stats.get(path, 'viewer');
    const text = (await answer.text()).replaceAll(/\s+/g, ' ');
    expect([answer.status, text.slice(0, 500)]).toEqual([status, expect.anything()]);
    return text;
  }

  it('say what to do next while there is no crash', async () => {
    expect(await get('/')).toContain('Send a report, and check that the processor');
    expect(await get('/top')).toContain('Nothing fits.');
    expect(await get('/signature')).toContain('Which signature?');
    const unknown = await get('/signature?signature=a%26b', 404);
    expect(unknown).toContain('The index has no crash with this signature');
    expect(linksIn(unknown, '/search?')[0]?.searchParams.get('signature.contains')).toBe('a&b');
  });

  it('show how to send a first report where its address is known', async () => {
    const submitUrl = 'http://127.0.0.1:8123/submit';
    const local = await CrashStatsUnderTest.create({ search: index.search, submitUrl });
    try {
      expect(await local.page('/')).toMatch(/curl -F [^<]*http:\/\/127\.0\.0\.1:8123\/submit</);
    } finally {
      await local.dispose();
    }
  });

  it('show products, and signatures that rise, on the first page', async () => {
    await index.add(14, { product: 'Fenix', signature: 'rises', date: daysAgo(1) });
    await index.add(14, { product: 'Fenix', signature: 'old', date: daysAgo(20) });
    const page = await get('/');
    expect(page).toMatch(
      /<a href="\/top\?product=Fenix" ?>Fenix<\/a.*?>2\.0<.*?>1\.0<.*?>28<.*aria-label="Crashes by day: 0, /,
    );
    expect(page).toMatch(/signature=rises" ?>rises<\/a ?> <b class="worse">new<\/b>/);
    expect(linksIn(page, '/signature')).toHaveLength(1);
  });

  it('rank signatures, with a form and links that keep all of the query', async () => {
    await index.add(3, { signature: 'a', version: '2.0', date: daysAgo(1) });
    await index.add(2, { signature: 'b', version: '2.0', date: daysAgo(1) });
    await index.add(1, { signature: 'b', version: '2.0', date: daysAgo(9) });
    await index.add(9, { signature: 'c', version: '1.0', date: daysAgo(1) });
    const query = 'version=2.0&signature.contains=&process_type=parent&os_name=&limit=100';
    const page = await get(`/top?${query}&reason.starts_with=SIG`);

    expect(page).toContain('5 crashes with 2 signatures; 1 crash in the period before');
    expect(page).toMatch(/60\.0 %.*?>new<.*40\.0 %.*?▼1<\/span ?><span class="unseen">down 1</);
    expect(page).toMatch(/<option value="2\.0" selected>/);
    expect(page).toMatch(/<option value="1\.0"> ?1\.0 \(9\)/);
    expect(page).toContain('<option value="100" selected>');
    expect(page).toContain('<input type="hidden" name="reason.starts_with" value="SIG" />');
    expect(page).toContain('Reason starts with SIG');
    const kept = 'version=2.0&process_type=parent&reason.starts_with=SIG&days=7';
    expect(linksIn(page, '/search?')[0]?.search).toBe(`?${kept}`);
    expect(linksIn(page, '/v1/top')[0]?.search).toBe(`?${kept}&limit=100`);
    expect(linksIn(page, '/signature').map(({ search }) => search)).toEqual([
      `?${kept}&signature=a`,
      `?${kept}&signature=b`,
    ]);
  });

  it('keep several values of a field, and a time in the past, through the form', async () => {
    await index.add(1, { signature: 'a', date: Date.UTC(2026, 0, 2) });
    const time = 'date.after=2026-01-01&date.before=2026-01-03T12:00';
    const page = await get(`/top?version=1.0&version=2.0&${time}`);
    expect(page).toContain('Version is 1.0 or 2.0');
    expect(page).toContain('<option value="" selected>2026-01-01 00:00 to 2026-01-03 12:00');
    const sent = Array.from(page.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g));
    expect(sent.map(([, name, value]) => [name, value])).toEqual([
      ['version', '1.0'],
      ['version', '2.0'],
      ['date.after', '2026-01-01T00:00:00.000Z'],
      ['date.before', '2026-01-03T12:00:00.000Z'],
    ]);
    const chosen = await get(`/top?${time}&days=28`);
    expect(chosen).toContain('<option value="28" selected>');
  });

  it('show a signature over time, by field, with its crashes and correlations', async () => {
    await index.add(20, { signature: 's', date: daysAgo(1), adapter_driver_version: 'bad' });
    await index.add(30, { signature: 'other', date: daysAgo(1) });
    await index.add(1, { signature: 's', date: daysAgo(40) });
    const page = await get('/signature?signature=s&product=MyGame');

    expect(page).toContain('20 crashes in this time');
    expect(page).toContain('<title>s · Antenna</title>');
    expect(page).toContain('Product is MyGame');
    expect(page).toMatch(/Graphics driver<.*?100\.0 % \(20\).*?0\.0 % \(0\).*?only here/);
    expect(linksIn(page, '/crash/')).toHaveLength(20);
    const byVersion = linksIn(page, '/signature').find(({ search }) => search.includes('version'));
    expect(byVersion?.search).toBe('?signature=s&product=MyGame&version=1.0&days=7');
    expect(page.match(/<rect x="\d+1" y="0"/g)).toHaveLength(1);

    const before = await get('/signature?signature=s&product=MyGame&days=1');
    expect(before).toContain('No crashes in this time');
    expect(linksIn(before, '/signature').some(({ search }) => search.endsWith('days=90'))).toBe(
      true,
    );
  });

  it('show hostile values escaped, in links that find them again', async () => {
    await index.add(12, {
      signature: hostile,
      product: hostile,
      version: hostile,
      reason: hostile,
      os_name: hostile,
      modules: [hostile],
      date: daysAgo(1),
    });
    await index.add(40, { product: hostile, date: daysAgo(1) });
    for (const start of [
      '/',
      '/top',
      `/top?${new URLSearchParams({ product: hostile }).toString()}`,
    ]) {
      const page = await get(start);
      expect(page).not.toContain('<script>');
      expect(page).not.toContain('\u202E</');
      const link = linksIn(page, '/signature').find(
        (url) => url.searchParams.get('signature') === hostile,
      );
      const signature = await get(`/signature${link?.search ?? ''}`);
      expect(signature).toContain(`<h1>${hostileShown}</h1>`);
      expect(signature).toContain('12 crashes in this time');
      expect(signature).not.toContain('<script>');
      expect(signature).not.toContain('\u202E');
    }
  });

  it('accept signatures of 255 characters of any kind', async () => {
    const signature = '💥'.repeat(127);
    await index.add(1, { signature, date: daysAgo(1) });
    const [link] = linksIn(await get('/top'), '/signature');
    expect(await get(`/signature${link?.search ?? ''}`)).toContain(`<h1>${signature}</h1>`);
  });

  it.each([
    ['/top?limit=7', 'limit is &quot;7&quot;: use one of 50, 100, 200'],
    ['/top?prodct=A', 'did you mean product?'],
    ['/top?days=401', 'use a whole number from 1 to 400'],
    ['/signature?signature=a&uptime.before=x', 'uptime.before is &quot;x&quot;: use a number'],
  ])('refuse %s', async (path, words) => {
    const page = await get(path, 400);
    expect(page).toContain(words);
  });

  it('compare protected fields only for those who may see them, who leave an audit line', async () => {
    const facts = { signature: 's', moz_crash_reason: 'a secret', date: daysAgo(1) };
    await index.add(20, facts);
    await index.add(30, { date: daysAgo(1) });

    expect(await stats.page('/signature?signature=s', 'viewer')).not.toContain('a secret');
    expect(stats.auditLines()).toEqual([]);
    expect(await stats.page('/signature?signature=s', 'protected')).toContain('a secret');
    await stats.page('/top?moz_crash_reason=x', 'protected');
    expect(stats.auditLines()).toMatchObject([{ what: 'signature' }, { what: 'search' }]);

    for (const path of ['/top?', '/signature?signature=s&'])
      expect(await get(`${path}moz_crash_reason=x`, 400)).toContain('moz_crash_reason is hidden');
  });
});
