import { readFile } from 'node:fs/promises';

import { expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { waitFor } from '#antenna/testing';

import { violations } from './in-browser.js';
import { broken, describeRulesPage, renamed } from './rules-page.js';

describeRulesPage('the draft of rules', (antenna) => {
  it('evaluates a report with the keyboard alone', async () => {
    const page = await antenna.open();
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Skip to trying rules');
    await page.keyboard.press('Enter');
    const order = ['load', 'ruleset', 'annotations'];
    for (const id of order) {
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').getAttribute('id')).toBe(id);
    }
    await page.keyboard.press('Control+A');
    await page.keyboard.type('ReleaseChannel=nightly');
    await page.keyboard.press('Enter');
    await page.keyboard.type('ProductName=Firefox');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    await waitFor(async () => (await page.locator(':focus').getAttribute('id')) === 'verdict');
    expect(await page.locator(':focus').innerText()).toBe(
      'Verdict of the live rules: accept, by is_nightly',
    );
    expect(await page.locator('.decided').innerText()).toContain('the result is accept');
    expect(page.url()).toBe(`${antenna.service.url}/#try`);
  });

  it('checks a draft of the live rules as it is typed, and moves the cursor to its errors', async () => {
    const page = await antenna.open();
    await page.getByRole('button', { name: 'Load the live rules' }).click();
    const draft = page.getByLabel('Rules to try');
    const news = page.locator('#draft-news');
    await page.getByText('They are the same as the live rules.').waitFor();
    expect(await draft.inputValue()).toBe(mozillaRuleset);

    const line = mozillaRuleset.slice(0, mozillaRuleset.indexOf('result: fake')).split('\n').length;
    await draft.fill(mozillaRuleset.replace('    result: fake', '\tresult: fake'));
    await page.getByText(`An error in line ${line}.`).waitFor();
    expect(await page.locator('#draft-result li').allInnerTexts()).toEqual([
      expect.stringMatching(`^line ${line}, column \\d: a line is indented with a tab`),
    ]);
    expect(await page.locator('#gutter b').allInnerTexts()).toEqual([String(line)]);

    await page.getByRole('link', { name: `line ${line}` }).press('Enter');
    await page.keyboard.press('Home');
    await page.keyboard.press('Delete');
    await page.keyboard.type('    ');
    await waitFor(async () => (await news.innerText()).startsWith('These rules are valid'));
    expect(await draft.inputValue()).toBe(mozillaRuleset);
    expect(await news.getAttribute('role')).toBe('status');
  });

  it('abandons the check of a draft that has changed meanwhile', async () => {
    const page = await antenna.open();
    await page.evaluate(`{
      const real = window.fetch;
      window.signals = [];
      window.fetch = (path, options) => {
        if (path === '/page/check') window.signals.push(options.signal);
        return real(path, options);
      };
    }`);
    const started = page.waitForRequest('**/page/check');
    await page.route('**/page/check', async (route) => {
      // The check of the first draft is never answered.
      if (route.request().postData()?.includes('apiVersion')) await route.continue();
    });
    await page.getByLabel('Rules to try').fill('incomplete');
    await started;
    await page.getByLabel('Rules to try').fill(broken);
    await page.getByRole('heading', { name: 'These rules cannot be used' }).waitFor();

    expect(await page.evaluate('window.signals.map(({ aborted }) => aborted)')).toEqual([
      true,
      false,
    ]);
    expect(await page.locator('#draft-result li').innerText()).toContain('rule b2g');
  });

  it('asks before a draft is replaced, and ends in the change, its file and the command', async () => {
    const page = await antenna.open();
    await page.getByLabel('Rules to try').fill(renamed);
    await page.getByRole('heading', { name: 'Make the draft live' }).waitFor();
    expect(await page.locator('.diff ins').allInnerTexts()).toEqual([
      expect.stringContaining('+  - name: retired_product'),
    ]);
    expect(await page.locator('#publish').innerText()).toMatch(
      /cp ruleset\.yaml \S+\/ruleset\.yaml/,
    );

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save ruleset.yaml' }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toBe(renamed);

    page.once('dialog', (dialog) => void dialog.dismiss());
    await page.getByRole('button', { name: 'Load the live rules' }).click();
    expect(await page.getByLabel('Rules to try').inputValue()).toBe(renamed);
  });

  it('keeps a draft while the counts of another period are shown', async () => {
    const page = await antenna.open();
    await page.getByLabel('Rules to try').fill(renamed);
    await page.getByRole('link', { name: 'day' }).click();
    await page.locator('#period-1d[aria-current]').waitFor();

    expect(page.url()).toBe(`${antenna.service.url}/?period=1d`);
    expect(await page.getByLabel('Rules to try').inputValue()).toBe(renamed);
  });

  it.each([true, false])(
    'is tried on live reports until it is stopped (scripts: %s)',
    async (scripts) => {
      const page = await antenna.open({ javaScriptEnabled: scripts });
      const back = async (): Promise<void> => {
        if (!scripts) await page.getByRole('link', { name: 'Back to the rules' }).click();
      };
      await page.getByLabel('Rules to try').fill(renamed);
      await page.getByRole('button', { name: 'Watch the draft for 10 minutes' }).click();
      await page.getByText('The draft is being tried on live reports.').waitFor();
      await back();
      await page.getByText('Of 0 reports to 0 ingest processes').waitFor();

      await page.getByRole('button', { name: 'Stop it' }).click();
      await page.getByText('The draft is stopped.').waitFor();
      await back();
      await page.getByText('until it was stopped').waitFor();
      const draft = await page.getByLabel('Rules to try').inputValue();
      expect(draft).toBe(scripts ? renamed : '');
    },
  );

  it('is compared with a revision of the history, with the commands that go back', async () => {
    const page = await antenna.open();
    await antenna.service.edit(renamed);
    await waitFor(async () => (await page.locator('.history li').count()) === 4);
    await page.getByLabel('Rules to try').fill(renamed);
    const [, first = ''] = await page
      .locator('#from option')
      .evaluateAll((all) => all.map((option) => option.getAttribute('value') ?? ''));
    await page.getByLabel('Compare', { exact: true }).selectOption(first);
    await page.getByRole('button', { name: 'Compare' }).click();

    await waitFor(async () => (await page.locator(':focus').getAttribute('id')) === 'differences');
    expect(await page.locator('#compared ins').allInnerTexts()).toEqual([
      expect.stringContaining('+  - name: retired_product'),
    ]);
    expect(await violations(page)).toEqual([]);

    await antenna.service.shell(await page.locator('#compared .command').innerText());
    await page.getByRole('heading', { name: 'b2g' }).waitFor();
    expect(await antenna.service.revision()).toBe(first);
  });

  it('works without scripts', async () => {
    const page = await antenna.open({ javaScriptEnabled: false });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('Throttle rules');
    await page.getByLabel('Annotations').fill('{"ProductName": "Nothing"}');
    await page.getByRole('button', { name: 'Try' }).click();

    expect(await page.locator('#verdict').innerText()).toBe(
      'Verdict of the live rules: reject, by unsupported_product',
    );
    expect(await page.getByLabel('Annotations').inputValue()).toBe('{"ProductName": "Nothing"}');

    await page.getByRole('button', { name: 'Load the live rules' }).click();
    expect(await page.getByLabel('Rules to try').inputValue()).toBe(mozillaRuleset);
    await page.getByLabel('Rules to try').fill(broken);
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    expect(await page.locator('#draft-result li').innerText()).toContain('rule b2g');
  });
});
