import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import type { FieldName, IndexedFacts } from '#antenna/crash-index';

import { csvOf } from './csv.js';

const crash = {
  crash_id: 'de1bb258-cbbf-4589-a673-34f800160918',
  date: Date.UTC(2026, 10, 20, 12),
  uptime: -5,
  modules: ['a.so', 'b,c.so'],
  reason: null,
} as unknown as IndexedFacts;

async function write(...[crashes, columns]: [IndexedFacts[], FieldName[]]): Promise<string> {
  const parts = crashes.map((one) => [one]);
  return (await Array.fromAsync(csvOf(Readable.from(parts), columns))).join('');
}

async function signatureAsCsv(signature: string): Promise<string> {
  const csv = await write([{ ...crash, signature }], ['signature']);
  return csv.slice('crash_id,signature\r\n'.length + crash.crash_id.length + 1, -2);
}

describe('csvOf', () => {
  it('writes the names of the fields, then a line for each crash', async () => {
    expect(await write([crash, crash], ['date', 'uptime', 'modules', 'reason'])).toBe(
      [
        'crash_id,date,uptime,modules,reason',
        `${crash.crash_id},2026-11-20T12:00:00.000Z,-5,"a.so, b,c.so",`,
        `${crash.crash_id},2026-11-20T12:00:00.000Z,-5,"a.so, b,c.so",`,
        '',
      ].join('\r\n'),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '\uFF1D1'])(
    'makes %j a string, which no spreadsheet takes for a formula',
    async (formula) => {
      expect(await signatureAsCsv(formula)).toMatch(/^"?'/);
    },
  );

  it.each([
    ['game::Level::load', 'game::Level::load'],
    ['a "b", c\r\nd', '"a ""b"", c\r\nd"'],
    ['=HYPERLINK("x","y")', '"\'=HYPERLINK(""x"",""y"")"'],
    ['a\u202Egnp.exe\u0000', String.raw`"a\u{202e}gnp.exe\u{0}"`],
    ['\u{1F4A5}', '"\u{1F4A5}"'],
  ])('writes %j', async (signature, csv) => {
    expect(await signatureAsCsv(signature)).toBe(csv);
  });
});
