import { describe, expect, it } from '@jest/globals';
import {
  type Arbitrary,
  assert,
  dictionary,
  jsonValue,
  nat,
  pre,
  property,
  string,
} from 'fast-check';
import { parseAnnotationPath } from './annotation-path.js';
import type { Annotations, JsonValue } from './json-value.js';
import { serializeRawCrash } from './raw-crash.js';
import { removeAnnotations } from './remove-annotations.js';

function rawCrash(annotations: Annotations, notes: string[] = []): Buffer {
  const pieces = serializeRawCrash({
    annotations,
    crashId: 'de1bb258-cbbf-4589-a673-34f800261120',
    submittedAt: new Date('2026-11-20T10:00:00Z'),
    metadata: {
      collector_notes: notes,
      payload: 'json',
      payload_compressed: '0',
      payload_size: 1000,
      throttle_rule: 'is_nightly',
      user_agent: '',
    },
  });
  return Buffer.concat([...pieces]);
}

const remove = (bytes: Buffer | string, ...paths: string[]) =>
  removeAnnotations(Buffer.from(bytes), paths.map(parseAnnotationPath));
const note = (path: string): string => `Removed ${path} from stored crash.`;

describe('removing annotations', () => {
  it('leaves the raw crash that the report would have had without them, and a note', () => {
    const name = string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('#'));
    const values = dictionary(name, jsonValue() as Arbitrary<JsonValue>, { minKeys: 1 });
    const own = new Set(['uuid', 'metadata', 'version', 'submitted_timestamp']);
    assert(
      property(values, nat(), (annotations, choice) => {
        const all = Object.entries(annotations).filter(
          ([key]) => !own.has(key) && key.isWellFormed(),
        );
        const [gone] = all[choice % all.length] ?? [];
        pre(gone !== undefined);
        const { changed, removed } = remove(rawCrash(new Map(all), ['a note']), gone ?? '');
        const rest = new Map(all.filter(([key]) => key !== gone));
        const shown = (gone ?? '').slice(0, 100).replaceAll(/[^ -~]/g, '?');
        expect(changed?.toString()).toBe(rawCrash(rest, ['a note', note(shown)]).toString());
        expect(removed).toEqual([gone]);
      }),
    );
  });

  it('keeps the spelling of numbers, and the order of members in an annotation', () => {
    const crash = String.raw`{"A":"secret","Big":18446744073709551616,"E":"{\"z\":1.0,\"p\":{\"date\":2e3,\"b\":1},\"a\":1E400}"}`;
    expect(remove(crash, 'A', 'E#/p/date').changed?.toString()).toBe(
      String.raw`{"Big":18446744073709551616,"E":"{\"z\":1.0,\"p\":{\"b\":1},\"a\":1E400}","metadata":{"collector_notes":["Removed A from stored crash.","Removed E#/p/date from stored crash."]}}`,
    );
  });

  it('removes a value in an annotation that is an object, and every copy of a repeated member', () => {
    expect(remove('{"O":{"a":1,"b":[1,2,3]}}', 'O#/b/1').changed?.toString()).toContain(
      '"O":{"a":1,"b":[1,null,3]}',
    );
    expect(remove(String.raw`{"O":"{\"a\":1,\"a\":2}"}`, 'O#/a').changed?.toString()).toContain(
      '"O":"{}"',
    );
  });

  it('changes nothing the second time, but knows that it was removed', () => {
    for (const path of ['A', 'O#/b/0', 'O#/a']) {
      const { changed } = remove('{"A":1,"O":{"a":1,"b":[1]}}', path);
      expect(remove(changed ?? '', path)).toEqual({
        changed: undefined,
        removed: [],
        notSearched: [],
        removedBefore: true,
      });
    }
  });

  it.each([
    ['B', []],
    ['A#/x', ['A#/x']],
    ['O#/x/y', []],
    ['O#/a/x', []],
    ['__proto__', []],
  ])('finds nothing at %s', (path, notSearched) => {
    expect(remove('{"A":"{broken","O":{"a":1}}', path)).toEqual({
      changed: undefined,
      removed: [],
      notSearched,
      removedBefore: false,
    });
  });

  it.each(['{"A":', '[]', Buffer.from([0x22, 0xff, 0x22])])('rejects %j', (bytes) => {
    expect(() => remove(bytes, 'A')).toThrow(/^not /);
  });
});
