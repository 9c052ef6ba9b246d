import { describe, expect, it } from '@jest/globals';
import { CapturedOutput } from '../test/run-captured.js';
import { print } from './cli-context.js';
import { inOneLine, terminalSafe } from './terminal-safe.js';

describe('text for a terminal', () => {
  it.each([
    ['an escape sequence', '\u001b[31mred', String.raw`\u001b[31mred`],
    ['its C1 form', '\u009b31mred', String.raw`\u009b31mred`],
    [
      'a carriage return, backspace, tab, DEL',
      'a\r\b\t\u007f',
      String.raw`a\u000d\u0008\u0009\u007f`,
    ],
    ['overrides of direction', '\u202eabc\u2066\u061c', String.raw`\u202eabc\u2066\u061c`],
    ['invisible characters', 'a\u200bb\ufeff\u{e0041}', String.raw`a\u200bb\ufeff\udb40\udc41`],
    ['other line ends', 'a\u2028b\u2029c\u0085', String.raw`a\u2028b\u2029c\u0085`],
    ['nothing in usual text', 'Zürich 日本 \u{1f98a} "q" \\ \n', 'Zürich 日本 \u{1f98a} "q" \\ \n'],
  ])('has %s escaped', (_name, text, safe) => {
    expect(terminalSafe(text)).toBe(safe);
    expect(terminalSafe(safe)).toBe(safe);
  });

  it('stays the same JSON', () => {
    const value = { '\u202ename': 'a\u009bb\u{e0041}\n' };
    expect(JSON.parse(terminalSafe(JSON.stringify(value, null, 2)))).toEqual(value);
  });

  it('stays in one line as a value', () => {
    expect(inOneLine('a\nb')).toBe(String.raw`a\u000ab`);
  });

  it('is escaped when it is printed, but bytes are not', async () => {
    const output = new CapturedOutput();
    await print(output, 'a\u009b');
    await print(output, Buffer.from('\u009b'));
    expect(output.text).toBe('a\\u009b\u009b');
  });
});
