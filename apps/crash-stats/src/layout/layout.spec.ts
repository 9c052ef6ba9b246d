import { describe, expect, it } from '@jest/globals';

import { type Html, html } from '#antenna/web-page';

import { Viewer } from '../access/viewer.js';
import { count, crashLink, percent, signatureLink, time } from './format.js';
import { page } from './page.js';
import { sparkLine } from './spark-line.js';
import { table } from './table.js';

const hostile = '<script>"\'&\u202e\0';

/** Without the white space that means nothing in HTML. */
const compact = ({ text }: Html): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/ ?([<>]) ?/g, '$1');

/** No tag, no quote that would end an attribute, no invisible character. */
function expectHarmless(text: string): void {
  expect(text).not.toContain('<script>"');
  expect(text).not.toContain('\u202e');
  expect(text).not.toContain('\0');
}

describe('format', () => {
  it('shows a time in UTC to the minute, and exactly for machines', () => {
    expect(time(Date.UTC(2026, 10, 29, 22, 5, 7, 89)).text).toBe(
      '<time datetime="2026-11-29T22:05:07.089Z">2026-11-29 22:05 UTC</time>',
    );
  });

  it('shows a time that no calendar has as such', () => {
    expect(time(Number.NaN).text).toBe('unknown time');
    expect(time(9e15).text).toBe('unknown time');
  });

  it('shows numbers with separators, and shares with one digit', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(percent(1, 3)).toBe('33.3 %');
    expect(percent(0, 0)).toBe('0.0 %');
  });

  it('links to a signature with other parameters, and names an empty one', () => {
    const parameters = new URLSearchParams({ product: 'A&B', signature: 'old' });

    expect(compact(signatureLink('new <T>', parameters))).toBe(
      '<a href="/signature?product=A%26B&amp;signature=new+%3CT%3E">new &lt;T&gt;</a>',
    );
    expect(compact(signatureLink(''))).toContain('>(empty)</a>');
    expect(parameters.get('signature')).toBe('old');
  });

  it('escapes what comes from reports', () => {
    expectHarmless(signatureLink(hostile).text);
    expectHarmless(crashLink(hostile).text);
    expect(crashLink('../../x').text).toContain('href="/crash/..%2F..%2Fx"');
  });
});

describe('sparkLine', () => {
  it('draws a bar for each part, and says the counts', () => {
    const text = compact(sparkLine([0, 5, 10], 'Crashes a day'));

    expect(text).toContain('aria-label="Crashes a day: 0, 5, 10"');
    // Nothing for the part without any.
    expect(text).toContain('<path d="M4 20v-10h3v10zM8 20v-20h3v20z" />');
  });

  it('draws nothing of nothing, and escapes its label', () => {
    expect(sparkLine([], 'x').text).toContain('<path d="" />');
    expectHarmless(sparkLine([1], hostile).text);
  });
});

describe('table', () => {
  it('has a heading for each row and column, and escapes cells', () => {
    const text = compact(
      table(
        hostile,
        [{ title: 'Signature' }, { title: hostile, isNumeric: true }],
        [[hostile, html`<b>12</b>`]],
      ),
    );

    expect(text).toContain('<th scope="col">Signature</th>');
    expect(text).toContain('<th scope="row">&lt;script&gt;');
    expect(text).toContain('<td class="number"><b>12</b></td>');
    expectHarmless(text);
  });
});

describe('page', () => {
  it('marks where one is, and says what the user may see', () => {
    const text = page(new Viewer('ana', 'viewer'), {
      title: 'Top',
      active: 'top',
      content: html`x`,
    });

    expect(text).toContain('<a href="/top" aria-current="page">Top crashers</a>');
    expect(text).toContain('ana, without personal data');
    expect(page(new Viewer('ana', 'protected'), { title: 'x', content: html`x` })).not.toContain(
      'without personal data',
    );
  });

  it('has no script or style of its own, and escapes title and user', () => {
    const text = page(new Viewer(hostile, 'operator'), { title: hostile, content: html`x` });

    expect(text).not.toMatch(
      /<script(?! src="\/page\/script\.js" defer>)|<style|\sstyle=|\son\w+=/,
    );
    expectHarmless(text);
  });
});
