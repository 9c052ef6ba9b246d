import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';

import { naiveSplit } from '../test/naive-split.js';
import { chunksOf, PartRecorder, splitInto, type SplitOptions } from '../test/part-recorder.js';
import { MultipartError } from './multipart-error.js';
import { parsePartHeaders } from './part-info.js';

const boundaries = [
  'sB',
  '-',
  '--',
  '-----x',
  '----geckoformboundary0123456789abcdef',
  "a'()+_,./:=? z",
];

/** Pieces of a payload or a body: valid structure, and bytes that resemble it. */
const looksLikeStructure = (boundary: string): string[] => [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  '-',
  '--',
  '\r\n--',
  `\r\n--${boundary}`,
  `\r\n--${boundary}-`,
  `\r\n--${boundary.slice(0, -1)}`,
  `\n--${boundary}\r\n`,
  `\r\n--${boundary}\n`,
  `--${boundary}`,
  boundary,
  ' \t',
  `\r\n--${boundary}--`,
  `\r\n--${boundary}\r\n`,
  'Content-Disposition: form-data; name=a\r\n\r\n',
  '\0\u00ff',
  'MDMP',
];

const textNear = (boundary: string, maxLength: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...looksLikeStructure(boundary)) },
        { weight: 1, arbitrary: fc.string({ maxLength: 5 }) },
      ),
      { maxLength },
    )
    .map((pieces) => pieces.join('').replaceAll(/[^\0-\u00ff]/g, '?'));

const wellFormed = (boundary: string): fc.Arbitrary<string> => {
  const part = fc
    .tuple(fc.constantFrom('', ' ', '\t \t'), textNear(boundary, 8))
    .map(
      ([padding, payload]) =>
        `--${boundary}${padding}\r\nContent-Disposition: form-data; name=a\r\n\r\n${payload}\r\n`,
    );
  return fc
    .tuple(textNear(boundary, 2), fc.array(part, { maxLength: 5 }), textNear(boundary, 2))
    .map(
      ([preamble, parts, epilogue]) =>
        `${preamble === '' ? '' : `${preamble}\r\n`}${parts.join('')}--${boundary}--${epilogue}`,
    );
};

const onePart = (boundary: string, ending = '\r\n'): string =>
  `--${boundary}${ending}Content-Disposition: form-data; name=a\r\n\r\nvalue\r\n`;

const chunkings = fc.oneof(
  fc.constant('bytes' as const),
  fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
);

const cases = fc.constantFrom(...boundaries).chain((boundary) =>
  fc.record({
    boundary: fc.constant(boundary),
    body: fc.oneof(wellFormed(boundary), textNear(boundary, 30)),
    chunking: chunkings,
  }),
);

interface Outcome {
  parts: PartRecorder['parts'];
  failure: string | undefined;
}

function outcomeOf(body: string, options: SplitOptions): Outcome {
  const recorder = new PartRecorder();
  try {
    splitInto(recorder, body, options);
  } catch (error) {
    if (error instanceof MultipartError) return { parts: recorder.parts, failure: error.message };
    throw error;
  }
  return { parts: recorder.parts, failure: undefined };
}

describe('a body in chunks', () => {
  it('gives the same parts, bytes and error as the whole body', () => {
    fc.assert(
      fc.property(cases, ({ boundary, body, chunking }) => {
        const chunkLengths = chunking === 'bytes' ? chunksOf(1, body) : chunking;
        const limits = { boundary, maxParts: 4, maxPartHeaderBytes: 60 };
        expect(outcomeOf(body, { ...limits, chunkLengths })).toEqual(outcomeOf(body, limits));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives the same parts as a regular expression over the whole body', () => {
    fc.assert(
      fc.property(cases, ({ boundary, body, chunking }) => {
        const chunkLengths = chunking === 'bytes' ? chunksOf(1, body) : chunking;
        const outcome = outcomeOf(body, { boundary, maxParts: 1000, chunkLengths });
        const expected = naiveSplit(body, boundary);
        const brokenHeaders = outcome.failure === 'a part has an invalid header line';
        const finished = outcome.parts.filter(({ ended }) => ended);
        const compared = expected.parts.slice(0, brokenHeaders ? finished.length : undefined);
        expect(finished).toEqual(
          compared.map(({ headers, data }) =>
            Object.assign(parsePartHeaders(Buffer.from(headers, 'latin1')), { data, ended: true }),
          ),
        );
        expect(outcome.failure === undefined).toBe(expected.complete && !brokenHeaders);
      }),
      { numRuns: 2000 },
    );
  });

  it.each(boundaries)('is complete in many generated cases with the boundary %s', (boundary) => {
    const bodies = fc.sample(wellFormed(boundary), { numRuns: 300, seed: 1 });
    const complete = bodies.filter((body) => outcomeOf(body, { boundary }).failure === undefined);
    expect(complete.length).toBeGreaterThan(30);
  });
});

describe('a broken boundary line', () => {
  const broken = fc.record({
    boundary: fc.constantFrom(...boundaries),
    before: fc.nat(3),
    after: fc.nat(3),
    ending: fc.constantFrom('\n', '\r', ' \n', ';x\r\n', ' x\r\n', `${' '.repeat(65)}\r\n`),
    chunkLengths: fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
  });
  it('is refused wherever it is, and however the body is split into chunks', () => {
    fc.assert(
      fc.property(broken, ({ boundary, before, after, ending, chunkLengths }) => {
        const body =
          onePart(boundary).repeat(before) +
          onePart(boundary, ending) +
          onePart(boundary).repeat(after) +
          `--${boundary}--\r\n`;
        const { failure, parts } = outcomeOf(body, { boundary, chunkLengths });
        expect(failure).toBe('a boundary line is broken');
        expect(parts.filter(({ ended }) => ended)).toHaveLength(Math.max(0, before - 1));
      }),
    );
  });
});

describe('arbitrary bytes', () => {
  it('are split or refused with a MultipartError', () => {
    const noise = fc.tuple(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.array(fc.nat(50)),
    );
    fc.assert(
      fc.property(noise, ([boundaryBytes, bodyBytes, chunkLengths]) => {
        const boundary = Buffer.from(boundaryBytes).toString('latin1');
        const noiseText = Buffer.from(bodyBytes).toString('latin1');
        const options = { boundary, chunkLengths, maxParts: 3, maxPartHeaderBytes: 100 };
        for (const body of [noiseText, `--${boundary}\r\n${noiseText}`]) {
          const { parts } = outcomeOf(body, options);
          expect(parts.length).toBeLessThanOrEqual(3);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
