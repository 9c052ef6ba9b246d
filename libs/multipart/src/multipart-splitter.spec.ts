import { describe, expect, it } from '@jest/globals';

import { bodyOf, PartRecorder, split, splitInto } from '../test/part-recorder.js';
import { MultipartSplitter } from './multipart-splitter.js';

const invalidStructure = expect.objectContaining({ reason: 'invalid_payload_structure' });
const head = '--sB\r\nContent-Disposition: form-data; name=a\r\n\r\n';
const values = (body: string): (readonly [string | undefined, string])[] =>
  split(body).map(({ name, data }) => [name, data]);

describe('MultipartSplitter', () => {
  it('calls the handler for each part in order', () => {
    const body =
      '--sB\r\nContent-Disposition: form-data; name="ProductName"\r\n\r\nFirefox\r\n' +
      '--sB\r\nContent-Disposition: form-data; name="extra"; filename="extra.json"\r\n' +
      'Content-Type: application/json\r\n\r\n{}\r\n--sB--\r\n';
    expect(split(body)).toEqual([
      {
        name: 'ProductName',
        filename: undefined,
        contentType: 'text/plain',
        charset: undefined,
        data: 'Firefox',
        ended: true,
      },
      {
        name: 'extra',
        filename: 'extra.json',
        contentType: 'application/json',
        charset: undefined,
        data: '{}',
        ended: true,
      },
    ]);
  });

  it.each([
    ['a preamble', `for old clients\r\n--s\r\n--s\r\n${bodyOf(['a', '1'])}`],
    ['a blank line first', `\r\n${bodyOf(['a', '1'])}`],
    ['an epilogue', `${bodyOf(['a', '1'])}bye\r\n--sB\r\nnot a header\r\n--sB--\r\n`],
    ['a long epilogue', `${bodyOf(['a', '1'])}${'\r\n--sB\r\n'.repeat(10_000)}`],
    ['no line end at the end', `${head}1\r\n--sB--`],
    ['a line feed at the end', `${head}1\r\n--sB--\n`],
    ['padding after its boundaries', `--sB \t ${head.slice(4)}1\r\n--sB-- \r\n`],
    ['64 bytes of padding', `--sB${' '.repeat(64)}${head.slice(4)}1\r\n--sB--`],
  ])('reads a body with %s', (_case, body) => {
    expect(values(body)).toEqual([['a', '1']]);
  });

  it.each([
    ['a boundary that continues', '\r\n--sBx\r\n'],
    ['a boundary that continues after a dash', '\r\n--sB-x\r\n'],
    ['a longer boundary after a lone line feed', 'x\n--sBx\r\nx'],
    ['a boundary after a lone carriage return', 'x\r--sB\r\nx'],
    ['a boundary that does not begin a line', 'x--sB\r\nx'],
    ['a boundary that continues, at the start', '--sBx\r\n'],
    ['half a boundary before the real one', '\r\n--s'],
    ['carriage returns before the real one', '\r\r\r'],
    ['line ends before the real one', '\r\n\r\n'],
    ['NUL bytes', '\0\0'],
  ])('keeps %s in the payload', (_case, payload) => {
    expect(values(bodyOf(['a', payload], ['b', '']))).toEqual([
      ['a', payload],
      ['b', ''],
    ]);
  });

  it('keeps the extra CRLF of Fenix at the end of the last value', () => {
    const body =
      '--sB\r\nContent-Disposition: form-data; name=ReleaseChannel\r\n\r\nnightly\r\n' +
      '--sB\r\nContent-Disposition: form-data; name=Android_Version\r\n\r\n36 (REL)\r\n' +
      '\r\n--sB--\r\n';
    expect(values(body)).toEqual([
      ['ReleaseChannel', 'nightly'],
      ['Android_Version', '36 (REL)\r\n'],
    ]);
  });

  it.each([
    ['with one line end', `${head}--sB--`],
    ['with two line ends', `${head}\r\n--sB--`],
  ])('reads an empty payload %s before the boundary, and calls no partData', (_case, body) => {
    const recorder = new PartRecorder();
    splitInto(recorder, body);
    expect(recorder.parts).toMatchObject([{ name: 'a', data: '', ended: true }]);
    expect(recorder.calls).toBe(2);
  });

  it('reads a part without headers as one without a name', () => {
    expect(split('--sB\r\n\r\nx\r\n--sB--')).toMatchObject([
      { name: undefined, nameProblem: 'missing', data: 'x' },
    ]);
  });

  it('reads a body without parts', () => {
    expect(split('--sB--\r\n')).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['no boundary', 'MDMP and nothing else\r\n'],
    ['another boundary', bodyOf(['a', '1']).replaceAll('--sB', '--Bs')],
    ['line feeds only', bodyOf(['a', '1']).replaceAll('\r', '')],
    ['carriage returns only', bodyOf(['a', '1']).replaceAll('\n', '')],
    ['line feeds in its headers', `--sB\r\nContent-Disposition: x; name=a\n\n1\r\n--sB--`],
    ['no closing boundary', `${head}1\r\n--sB\r\n`],
    ['half a closing boundary', `${head}1\r\n--sB-`],
    ['headers that stop', '--sB\r\nContent-Disposition: form-data'],
    ['headers without a blank line', '--sB\r\nContent-Disposition: form-data\r\n--sB--\r\n'],
    ['a header line without a colon', '--sB\r\nContent-Disposition\r\n\r\n1\r\n--sB--'],
    ['two boundary lines in a row', '--sB\r\n--sB--\r\n'],
  ])('refuses a body with %s', (_case, body) => {
    expect(() => split(body)).toThrow(invalidStructure);
  });

  it.each([
    ['ends in a line feed', '\n'],
    ['ends in a carriage return', '\r'],
    ['has padding and ends in a line feed', ' \t\n'],
    ['goes on after its padding', ' x\r\n'],
    ['goes on with a character that no boundary has', ';x\r\n'],
    ['has 65 bytes of padding', `${' '.repeat(65)}\r\n`],
  ])('refuses a body whose first or later boundary line %s', (_case, ending) => {
    const broken = `--sB${ending}`;
    for (const body of [head.replace('--sB\r\n', broken), `${head}1\r\n${broken}x`])
      expect(() => split(`${body}\r\n${bodyOf(['b', '2'])}`)).toThrow('a boundary line is broken');
  });

  it.each([
    ['before a part', 'x\n--sB\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--sB--\r\n'],
    ['that closes the body', 'x\n--sB--\r\n'],
  ])('refuses a body with a boundary after a lone line feed %s', (_case, rest) => {
    expect(() => split(head + rest)).toThrow('a boundary line is broken');
  });

  it.each([
    ['after a line feed', `x\n${bodyOf(['a', '1'])}`],
    ['of a line that goes on', `--sBx\r\n${bodyOf(['a', '1'])}`],
    ['of a later line that goes on', `x\r\n--sB-x\r\n${bodyOf(['a', '1'])}`],
    ['of a later line that ends in a line feed', `x\r\n--sB\n${bodyOf(['a', '1'])}`],
  ])('refuses a preamble with the boundary at the start %s', (_case, body) => {
    expect(() => split(body)).toThrow('a boundary line is broken');
  });

  it('passes on the whole payload of a truncated body', () => {
    const recorder = new PartRecorder();
    expect(() => splitInto(recorder, `${head}MDMP\r\n--s`)).toThrow(invalidStructure);
    expect(recorder.parts).toMatchObject([{ data: 'MDMP\r\n--s', ended: false }]);
  });

  it('needs the last byte of the closing boundary, even when a chunk ends before it', () => {
    const body = `${head}1\r\n--sB-`;
    expect(() => split(body)).toThrow(invalidStructure);
    expect(split(`${body}-`, { chunkLengths: [body.length] })).toHaveLength(1);
  });

  it('passes payload on as views of the chunk', () => {
    const chunk = Buffer.from(bodyOf(['a', 'payload']));
    const views: Buffer[] = [];
    const splitter = new MultipartSplitter(
      Buffer.from('sB'),
      { partBegin: () => {}, partData: (data) => views.push(data), partEnd: () => {} },
      { maxParts: 1, maxPartHeaderBytes: 100 },
    );
    splitter.write(chunk);
    expect(views.map((view) => view.buffer === chunk.buffer)).toEqual([true]);
  });

  it('does not depend on the chunk after write has returned', () => {
    const recorder = new PartRecorder();
    const splitter = new MultipartSplitter(Buffer.from('sB'), recorder, {
      maxParts: 2,
      maxPartHeaderBytes: 100,
    });
    const reused = Buffer.alloc(3);
    const body = Buffer.from(bodyOf(['a', 'one\r\n--s'], ['b', 'two']));
    for (let at = 0; at < body.length; at += reused.length) {
      const copied = body.copy(reused, 0, at);
      splitter.write(reused.subarray(0, copied));
      reused.fill('#');
    }
    splitter.end();
    expect(recorder.parts.map(({ name, data }) => [name, data])).toEqual([
      ['a', 'one\r\n--s'],
      ['b', 'two'],
    ]);
  });

  it.each(['partBegin', 'partData', 'partEnd'] as const)(
    'lets an exception of %s through write',
    (callback) => {
      const failure = new Error('no space left');
      const handler = {
        partBegin: () => {},
        partData: () => {},
        partEnd: () => {},
        [callback]: () => {
          throw failure;
        },
      };
      expect(() => splitInto(handler, bodyOf(['a', '1']))).toThrow(failure);
    },
  );

  it('splits a body nested in a part with a second splitter', () => {
    const inner = new PartRecorder();
    const innerSplitter = new MultipartSplitter(Buffer.from('inner'), inner, {
      maxParts: 10,
      maxPartHeaderBytes: 1000,
    });
    const innerBody = '--inner\r\nContent-Disposition: x; name=dump\r\n\r\nMDMP\r\n--inner--\r\n';
    splitInto(
      {
        partBegin: () => {},
        partData: (chunk) => innerSplitter.write(chunk),
        partEnd: () => innerSplitter.end(),
      },
      bodyOf(['upload_file_minidump', innerBody]),
      { chunkLengths: [70, 30] },
    );
    expect(inner.parts).toMatchObject([{ name: 'dump', data: 'MDMP' }]);
  });
});
