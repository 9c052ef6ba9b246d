import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from './json-value.js';
import { replacedNote } from './raw-crash.js';
import { rawCrashField, type ReportField, reportField, reportFieldNames } from './report-fields.js';

const fields = Object.keys(reportFieldNames) as ReportField[];

function fieldsOf(annotations: Readonly<Record<string, JsonValue>>): unknown[] {
  const values = new Map(Object.entries(annotations));
  return fields.map((field) => reportField(field, (name) => values.get(name)));
}

describe('the fields of a report', () => {
  it.each([
    [
      'Firefox',
      { ProductName: 'Firefox', Version: '140.0', ReleaseChannel: 'esr', ProcessType: 'gpu' },
      ['Firefox', '140.0', 'esr', 'gpu'],
    ],
    [
      'Crashpad',
      { prod: 'App', ver: '1.2', channel: 'stable', ptype: 'renderer' },
      ['App', '1.2', 'stable', 'renderer'],
    ],
    [
      'Electron',
      {
        _productName: 'App',
        _version: '1.2',
        prod: 'Electron',
        ver: '37.2.1',
        process_type: 'node',
        ptype: 'utility',
      },
      ['App', '1.2', undefined, 'node'],
    ],
    [
      'an Electron application that sets product and version',
      { product: 'App', version: '1.2', prod: 'Electron', ver: '37.2.1' },
      ['App', '1.2', undefined, undefined],
    ],
    [
      'a Windows client of Breakpad',
      { ProductName: 'App', Version: '4.2.1', prod: 'App', ver: '4.2.1', ptype: 'browser' },
      ['App', '4.2.1', undefined, 'browser'],
    ],
    ['a client that says nothing', { guid: '5' }, [undefined, undefined, undefined, undefined]],
  ])('are found in a report of %s', (_, annotations, values) => {
    expect(fieldsOf(annotations)).toEqual(values);
  });

  it.each(fields)('have the first of their names that is not empty: %s', (field) => {
    const names = reportFieldNames[field];
    expect(names.length).toBeGreaterThan(1);
    for (const [index, name] of names.entries()) {
      const annotations = new Map(names.map((each, at) => [each, at < index ? '' : `of ${each}`]));
      expect(reportField(field, (each) => annotations.get(each))).toBe(`of ${name}`);
    }
  });

  it('have the values that are no strings, too', () => {
    expect(fieldsOf({ ProductName: ['a'], prod: 'b', ver: 7 })).toEqual([
      ['a'],
      7,
      undefined,
      undefined,
    ]);
  });
});

describe('the fields of a raw crash', () => {
  const client = { product: 'App', version: '1.2', channel: 'stable', ptype: 'renderer' };
  const stored = { ...client, version: 2 };

  function storedFields(metadata: JsonValue): unknown[] {
    return fields.map((field) => rawCrashField({ ...stored, metadata }, field));
  }

  it('are those of its report, even where the collector replaced the annotation', () => {
    const notes = ['other', `${replacedNote('version')}: 1.2`];
    expect(storedFields({ collector_notes: notes })).toEqual(fieldsOf(client));
  });

  it.each([
    [{}],
    [null],
    [{ collector_notes: 'x' }],
    [{ collector_notes: [5, replacedNote('version')] }],
  ])('have no version of the collector if no note has that of the client: %j', (metadata) => {
    expect(storedFields(metadata)).toEqual(['App', undefined, 'stable', 'renderer']);
  });

  it('are undefined in what is no object', () => {
    expect(rawCrashField('x', 'product')).toBeUndefined();
    expect(rawCrashField([], 'version')).toBeUndefined();
    expect(
      rawCrashField(JSON.parse('{"__proto__": {"prod": "x"}}') as JsonValue, 'product'),
    ).toBeUndefined();
  });
});
