import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { CrashReport } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { field, multipart, part, postBody } from '../../test/raw-post.js';

let ingest: IngestInTest;
beforeAll(async () => {
  ingest = await startIngestInTest({ env: { MAX_JSON_VALUES: '2000' } });
});
afterAll(async () => await ingest.close());

/** The JSON part in the form of Firefox's crash reporter. */
function extra(json: Buffer | string, name = 'extra'): Buffer {
  const disposition = `Content-Disposition: form-data; name="${name}"; filename="extra.json"`;
  return part([disposition, 'Content-Type: application/json'], json);
}

async function storedOf(...parts: readonly Buffer[]) {
  const { answer } = await ingest.exchange([postBody(multipart(...parts))]);
  return await ingest.stored(answer);
}

const bothKinds = 'annotations came in more than one way: JSON replaced the earlier ones';

describe('a JSON part', () => {
  it('contains all annotations with their types', async () => {
    const annotations = {
      Text: 'x',
      Number: 1.5,
      True: true,
      False: false,
      Null: null,
      List: [1, 'two', [3], {}],
      Object: { b: { c: [] }, a: '' },
      '': 'empty name',
    };
    const stored = await storedOf(extra(JSON.stringify(annotations)));
    expect(stored.annotations).toEqual(annotations);
    expect(stored.metadata['payload']).toBe('json');
    expect(stored.notes).toEqual([]);
  });

  it('keeps numbers in their notation', async () => {
    const numbers = [
      '1.0',
      '18446744073709551615',
      '-0',
      '1e400',
      '1E+2',
      '0.10',
      '12345678901234567890.5',
    ];
    const members = numbers.map((number, index) => `"N${index}":${number}`);
    const { text } = await storedOf(extra(`{${members.join(',')},"Deep":[{"N":2.00}]}`));
    for (const member of members) expect(text).toContain(member);
    expect(text).toContain('"Deep":[{"N":2.00}]');
  });

  it.each([
    ['name="extra"; filename="blob"', 'application/json'],
    ['name="extra"; filename="extra.json"', 'Application/JSON; charset=utf-8'],
    ['name=extra', 'application/json'],
  ])('has the name extra: %s, type %s', async (parameters, type) => {
    const disposition = `Content-Disposition: form-data; ${parameters}`;
    const stored = await storedOf(part([disposition, `Content-Type: ${type}`], '{"A":"b"}'));
    expect(stored.annotations).toEqual({ A: 'b' });
  });

  it.each([
    ['an object', '{"uuid":"x","ProductName":"Other"}'],
    ['a list', '[1]'],
    ['not JSON', '{nope'],
  ])(
    'of another name is a dump when it has a filename, also when it is %s',
    async (_case, json) => {
      const stored = await storedOf(
        extra('{"ProductName":"Firefox"}'),
        part(
          [
            'Content-Disposition: form-data; name="upload.json"; filename="settings.json"',
            'Content-Type: application/json',
          ],
          json,
        ),
      );
      expect(stored.annotations).toEqual({ ProductName: 'Firefox' });
      expect(stored.dumps.get('uploadjson')?.toString()).toBe(json);
      expect(stored.notes).toEqual([
        'dump stored as uploadjson: the name sent is not valid',
        'unknown content type: uploadjson application/json',
      ]);
      expect(stored.metadata['dump_filenames']).toEqual({ uploadjson: 'settings.json' });
    },
  );

  it.each(['{"a":1}', '[1]', '{nope'])(
    'of another name is a key/value annotation when it has no filename: %s',
    async (json) => {
      const disposition = 'Content-Disposition: form-data; name="sentry"';
      const stored = await storedOf(
        field('A', 'b'),
        part([disposition, 'Content-Type: application/json'], json),
      );
      expect(stored.annotations).toEqual({ A: 'b', sentry: json });
      expect(stored.metadata['payload']).toBe('multipart');
      expect(stored.notes).toEqual([]);
    },
  );

  it('replaces earlier annotations, and later ones are added, with a note', async () => {
    const stored = await storedOf(
      field('Before', '1'),
      field('Both', 'old'),
      extra('{"Both":"json","Json":2}'),
      field('After', '3'),
      field('Json', '4'),
    );
    expect(stored.annotations).toEqual({ Both: 'json', Json: '4', After: '3' });
    expect(stored.notes).toEqual([bothKinds, 'repeated annotation Json: the last wins']);
    expect(stored.metadata['payload']).toBe('json');
  });

  it('causes a note when key/value parts follow', async () => {
    const stored = await storedOf(extra('{"A":"b"}'), field('C', 'd'), field('E', 'f'));
    expect(stored.annotations).toEqual({ A: 'b', C: 'd', E: 'f' });
    expect(stored.notes).toEqual([
      'annotations came in more than one way: key/value parts were added to JSON',
    ]);
  });

  it('is stored with its escapes, and so are key/value parts that replace its members', async () => {
    const json = String.raw`{"A":"plain","B":"with \"quotes\"","C":"plain, too","D":"é"}`;
    const stored = await storedOf(extra(json), field('A', '"quoted"'), field('B', 'plain'));
    expect(stored.annotations).toEqual({ A: '"quoted"', B: 'plain', C: 'plain, too', D: 'é' });
  });

  it('is replaced by a second one', async () => {
    const stored = await storedOf(extra('{"A":"b"}'), extra('{"C":"d"}'));
    expect(stored.annotations).toEqual({ C: 'd' });
    expect(stored.notes).toEqual([bothKinds]);
  });

  it.each([
    ['twice', '{"A":"1","B":"2","A":"3"}'],
    ['once with a null byte in it', String.raw`{"A":"1","B":"2","A\u0000":"3"}`],
  ])('keeps the last annotation, with a note, when one is repeated %s', async (_name, json) => {
    const stored = await storedOf(extra(json));
    expect(stored.annotations).toEqual({ A: '3', B: '2' });
    expect(stored.notes).toEqual(['repeated annotation in JSON: the last wins']);
  });

  it('can begin with a byte order mark', async () => {
    expect((await storedOf(extra('\ufeff{"A":"b"}'))).annotations).toEqual({ A: 'b' });
  });

  it('can contain __proto__ and other names of object properties', async () => {
    const json = '{"__proto__":{"x":1},"constructor":"c","Deep":{"__proto__":"y"}}';
    const { text } = await storedOf(extra(json));
    expect(text).toContain('"__proto__":{"x":1}');
    expect(text).toContain('"constructor":"c"');
    expect(text).toContain('"Deep":{"__proto__":"y"}');
  });

  it('keeps a lone surrogate as an escape, and null bytes in values', async () => {
    const { text } = await storedOf(extra(String.raw`{"A":"\ud800","B":"x\u0000y","C\u0000":"z"}`));
    expect(text).toContain(String.raw`"A":"\ud800"`);
    expect(text).toContain(String.raw`"B":"x\u0000y"`);
    expect(text).toContain('"C":"z"');
  });

  it('can be nested 64 levels deep', async () => {
    const deep = `{"A":${'['.repeat(63)}${']'.repeat(63)}}`;
    expect((await storedOf(extra(deep))).text).toContain('['.repeat(63));
  });

  it.each<[string, Buffer | string, string]>([
    ['null', 'null', 'invalid_json_value'],
    ['a list', '[{"A":"b"}]', 'invalid_json_value'],
    ['a string', '"A"', 'invalid_json_value'],
    ['a number', '1.0', 'invalid_json_value'],
    ['a large number', '18446744073709551615', 'invalid_json_value'],
    ['true', 'true', 'invalid_json_value'],
    ['empty', '', 'invalid_json'],
    ['only spaces', '  \r\n', 'invalid_json'],
    ['truncated', '{"A":"b"', 'invalid_json'],
    ['followed by text', '{"A":"b"} x', 'invalid_json'],
    ['two objects', '{"A":"b"}{"C":"d"}', 'invalid_json'],
    ['not quite JSON', "{'A':NaN,}", 'invalid_json'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'invalid_json'],
    ['UTF-16', Buffer.from('\ufeff{"A":"b"}', 'utf16le'), 'invalid_json'],
    ['nested 65 levels deep', `{"A":${'['.repeat(64)}${']'.repeat(64)}}`, 'invalid_json'],
    ['200,000 lists deep', '['.repeat(200_000) + ']'.repeat(200_000), 'invalid_json'],
    ['200,000 objects deep', '{"a":'.repeat(200_000), 'invalid_json'],
    ['more values than the cap', `{"A":[${'0,'.repeat(2000)}0]}`, 'invalid_json'],
  ])('is refused when it is %s', async (_name, json, reason) => {
    const { answer, outcome } = await ingest.submit(
      new CrashReport().withAnnotation('A', 'b').withPart({
        name: 'extra',
        filename: 'extra.json',
        contentType: 'application/json',
        body: Buffer.from(json),
      }),
    );
    expect(answer.status).toBe(400);
    expect(answer.body).toBe(`Discarded=malformed_${reason}`);
    expect(outcome).toBe(`malformed ${reason}`);
  });
});
