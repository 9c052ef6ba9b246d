import { expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';

import {
  attack,
  keepPicture,
  offScreen,
  reordered,
  reorderedShown,
  unfoldAll,
  violations,
} from './in-browser.js';
import { broken, describeRulesPage, renamed } from './rules-page.js';

describeRulesPage('the page for product owners', (antenna) => {
  it('shows the rules in order, their verdicts as bars and shares, and the instances', async () => {
    await antenna.service.report('ingest-0', {
      is_nightly: { accept: 1000 },
      is_firefox_desktop: { accept: 100, reject: 900 },
      is_shutdownkill: { continue: 20, reject: 180 },
    });
    const page = await antenna.open();

    expect(await page.locator('#live .rules h3').allInnerTexts()).toEqual(
      Array.from(mozillaRuleset.matchAll(/- name: (\w+)/g), ([, name]) => name),
    );
    const rule = page.locator('#rule-is_firefox_desktop');
    const widths = await rule
      .locator('rect')
      .evaluateAll((rects) => rects.map((rect) => rect.getBoundingClientRect().width));
    expect(widths[1]).toBeCloseTo((widths[0] ?? 0) * 9, 0);
    expect(
      await page.getByRole('img', { name: '100 accept (10 %), 900 reject (90 %)' }).count(),
    ).toBe(1);
    expect(await rule.innerText()).toContain('decided 45.9 % of the reports');
    expect(await page.locator('.instances').innerText()).toContain('ingest-0');
    expect(await page.locator('.summary').innerText()).toContain(await antenna.service.revision());
  });

  it('says what a rule does in words, with its expression a key away', async () => {
    const page = await antenna.open();
    const rule = page.locator('#rule-is_firefox_desktop');
    expect(await rule.innerText()).toContain(
      'Keep 10 %, reject the rest if ProductName is Firefox, and ReleaseChannel is release.',
    );
    expect(await rule.locator('code').isVisible()).toBe(false);
    await rule.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await rule.locator('code').innerText()).toBe(
      'get("ProductName") == "Firefox" && get("ReleaseChannel") == "release"',
    );
  });

  it('unfolds a list when its name in a rule is followed', async () => {
    const page = await antenna.open();
    const entry = page.locator('#list-products').getByText('Thunderbird');
    expect(await entry.isVisible()).toBe(false);
    await page.locator('#rule-unsupported_product').getByRole('link', { name: 'products' }).click();
    await entry.waitFor();
    expect(await page.locator('#list-products').innerText()).toContain(
      'Named by b2g, unsupported_product.',
    );
  });

  it('shows an accepted and a rejected edit without a reload', async () => {
    const page = await antenna.open();
    await antenna.service.edit(renamed);
    await page.getByRole('heading', { name: 'retired_product' }).waitFor();
    expect(await page.locator('#news').innerText()).toBe(
      `Revision ${await antenna.service.revision()} is now live.`,
    );

    await antenna.service.edit(broken);
    await page.getByRole('heading', { name: 'The last edit was refused' }).waitFor();
    const problem = await page.locator('.notice.error li').innerText();
    expect(problem).toMatch(/line \d+, column \d+, rule b2g: result must not be "fake"/);
    expect(problem).toContain('expected one of: accept, defer, reject, fakeaccept');
    expect(await page.getByRole('heading', { name: 'retired_product' }).count()).toBe(1);
  });

  it('keeps focus and what is unfolded when an edit is shown', async () => {
    const page = await antenna.open();
    await page
      .locator('#list-products')
      .evaluate(({ parentElement }) => parentElement?.setAttribute('open', ''));
    await page.locator('#expression-is_nightly summary').click();
    await antenna.service.edit(
      mozillaRuleset.replace(/  - name: b2g[^]*?\n\n/, '').replace('- Fenix', '- Klar'),
    );
    await page.locator('#list-products').getByText('Klar').waitFor();

    expect(await page.locator('#rule-b2g').count()).toBe(0);
    expect(await page.locator('#expression-is_nightly code').isVisible()).toBe(true);
    expect(await page.locator('details[open]').count()).toBe(2);
    expect(await page.locator('#expression-is_nightly summary:focus').count()).toBe(1);
  });

  it('runs nothing that an author wrote', async () => {
    const rules = JSON.stringify({
      apiVersion: 'antenna/v1',
      kind: 'ThrottleRuleset',
      lists: { entries: [attack, reordered] },
      rules: [
        {
          name: 'a',
          description: attack,
          match: `get(${JSON.stringify(attack)}) in entries`,
          result: 'accept',
        },
      ],
    });
    const page = await antenna.open();
    page.on('dialog', (dialog) => antenna.fail(dialog.message()));
    await antenna.service.edit(rules);
    await page.locator('#rule-a').waitFor();
    await page.locator('#live details').evaluateAll((all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    await page.getByRole('button', { name: 'Load the live rules' }).click();
    await page.getByText('They are the same as the live rules.').waitFor();
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.locator('#verdict').waitFor();

    expect(await page.locator('#list-entries li').allInnerTexts()).toEqual([
      attack,
      reorderedShown,
    ]);
    expect(await page.locator('#rule-a .description').innerText()).toBe(attack);
    expect(await page.locator('img:not([role]), main script').count()).toBe(0);
  });

  it('runs nothing that is in the history', async () => {
    const page = await antenna.open();
    page.on('dialog', (dialog) => antenna.fail(dialog.message()));
    expect(await page.locator('.history li b').allInnerTexts()).toEqual([attack, reorderedShown]);
    const sources = await page.locator('.history li').allInnerTexts();
    expect(sources.filter((text) => text.includes(`from ${attack}, by`))).toHaveLength(1);
    expect(sources.filter((text) => text.includes(`from ${reorderedShown}, by`))).toHaveLength(1);

    const [, first = '', second = ''] = await page
      .locator('#from option')
      .evaluateAll((all) => all.map((option) => option.getAttribute('value') ?? ''));
    await page.getByLabel('Compare', { exact: true }).selectOption(first);
    await page.getByLabel('with', { exact: true }).selectOption(second);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.locator('#differences').waitFor();
    expect(await page.locator('#compared del').innerText()).toContain(`-# ${attack}`);
    expect(await page.locator('#compared ins').innerText()).toContain(`+# ${reorderedShown}`);
    expect(await page.locator('img:not([role]), main script').count()).toBe(0);
  });

  it.each([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 390, height: 844 } }],
  ] as const)('can be used by everyone, in %s', async (name, options) => {
    await antenna.service.report('ingest-0', { is_nightly: { accept: 3 }, b2g: { fakeaccept: 1 } });
    const page = await antenna.open(options);
    await antenna.service.edit(broken);
    await page.getByRole('heading', { name: 'The last edit was refused' }).waitFor();
    await unfoldAll(page);
    await page.getByLabel('Rules to try').fill(renamed);
    await page.getByRole('heading', { name: 'Make the draft live' }).waitFor();
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.locator('#verdict').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await offScreen(page)).toEqual([]);
    await keepPicture(page, `throttle-rules-${name}`);
  });

  it('shows what a draft would change to everyone, on a phone', async () => {
    const page = await antenna.open({ viewport: { width: 390, height: 844 } });
    await page.getByLabel('Rules to try').fill(renamed);
    await page.getByRole('button', { name: 'Watch the draft for 10 minutes' }).click();
    await page.getByText('The draft is being tried on live reports.').waitFor();
    const all = ['accept', 'defer', 'reject', 'fakeaccept'];
    const row = Object.fromEntries(all.map((verdict) => [verdict, 12_345_678]));
    const verdicts = Object.fromEntries(all.map((verdict) => [verdict, row]));
    const reports = 16 * 12_345_678;
    await antenna.service.reportShadow({
      reports,
      evaluated: reports,
      verdicts,
      decided: { is_thunderbird_seamonkey: reports },
      errors: { is_thunderbird_seamonkey: reports },
      products: [{ product: 'ReferenceBrowser', channel: 'release', verdicts }],
      cost: { live: { totalUs: 9e9, maxUs: 1e6 }, draft: { totalUs: 9e9, maxUs: 1e6 } },
    });
    await page.locator('.matrix').waitFor();
    expect(await page.locator('.matrix td').allInnerTexts()).toEqual(
      Array.from({ length: 16 }, () => '12,345,678'),
    );

    expect(await violations(page)).toEqual([]);
    expect(await offScreen(page)).toEqual([]);
    await keepPicture(page, 'throttle-rules-narrow-shadow');
  });

  it('shows the errors of a draft to everyone', async () => {
    const page = await antenna.open({ viewport: { width: 390, height: 844 } });
    await page.getByLabel('Rules to try').fill(broken);
    await page.locator('#draft-result .error').waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await offScreen(page)).toEqual([]);
  });
});
