import {
  CrashReport,
  type EncodedReport,
  sampleAnnotations,
  type SeededRandom,
} from '#antenna/crash-client';
import { bodyTokens, mutate } from '../mutate.js';
import type { Draw } from './kind.js';

/** A report that is broken on purpose. */
export interface MalformedKind {
  readonly name: string;
  readonly weight: number;
  /** @param minidump to be sent with the report */
  request(draw: Draw, minidump: Buffer): EncodedReport;
}

type Break = (context: {
  /** Complete; with an `extra` part. */
  readonly report: CrashReport;
  readonly annotations: Record<string, string>;
  readonly minidump: Buffer;
  readonly random: SeededRandom;
}) => EncodedReport | CrashReport;

const withHeader = (
  { headers, body }: EncodedReport,
  name: string,
  value?: string,
): EncodedReport => {
  const others = Object.entries(headers).filter(([other]) => other !== name);
  return {
    headers: { ...Object.fromEntries(others), ...(value !== undefined && { [name]: value }) },
    body,
  };
};

const withBody = ({ headers }: EncodedReport, body: Buffer): EncodedReport => ({
  headers: { ...headers, 'Content-Length': String(body.length) },
  body,
});

const cut = (report: EncodedReport, random: SeededRandom): EncodedReport =>
  withBody(report, report.body.subarray(0, 1 + random.below(report.body.length - 1)));

const mutated = (report: EncodedReport, random: SeededRandom): EncodedReport =>
  withBody(report, mutate(report.body, random, bodyTokens));

const breaks: Readonly<Record<string, Break>> = {
  'no-content-type': ({ report }) => withHeader(report.build(), 'Content-Type'),
  'wrong-content-type': ({ report }) =>
    withHeader(report.build(), 'Content-Type', 'application/octet-stream'),
  'no-boundary': ({ report }) => withHeader(report.build(), 'Content-Type', 'multipart/form-data'),
  'wrong-boundary': ({ report, random }) =>
    withHeader(report.build(), 'Content-Type', `multipart/form-data; boundary=${random.hex(16)}`),
  'no-final-boundary': ({ report }) => {
    const built = report.build();
    return withBody(built, built.body.subarray(0, built.body.lastIndexOf('\r\n--')));
  },
  'bare-line-feeds': ({ report }) => {
    const built = report.build();
    return withBody(
      built,
      Buffer.from(built.body.toString('latin1').replaceAll('\r', ''), 'latin1'),
    );
  },
  empty: ({ report }) => withBody(report.build(), Buffer.alloc(0)),
  'cut-body': ({ report, random }) => cut(report.build(), random),
  'unknown-encoding': ({ report }) => withHeader(report.build(), 'Content-Encoding', 'compress'),
  'not-gzip': ({ report }) => withHeader(report.build(), 'Content-Encoding', 'gzip'),
  'cut-gzip': ({ report, random }) => cut(report.gzipped().build(), random),
  'damaged-gzip': ({ report }) => {
    const built = report.gzipped().build();
    const body = Buffer.from(built.body);
    body.fill(0xff, body.length >> 1, (body.length >> 1) + 16);
    return withBody(built, body);
  },
  'cut-json': ({ annotations, minidump }) =>
    new CrashReport()
      .withExtra(JSON.stringify(annotations).slice(0, -20))
      .withDump('upload_file_minidump', minidump),
  'json-list': () => new CrashReport().withExtra(['ProductName', 'Firefox']),
  'deep-json': () =>
    new CrashReport().withExtra(`{"Notes":${'['.repeat(1000)}${']'.repeat(1000)}}`),
  'no-annotations': ({ minidump }) => new CrashReport().withDump('upload_file_minidump', minidump),
  'bad-dump-name': ({ report, minidump }) => report.withDump('---', minidump),
  'reserved-dump-name': ({ report, minidump }) => report.withDump('dump_names', minidump),
  'many-dumps': ({ report }) => {
    let many = report;
    for (let dump = 0; dump < 40; dump += 1)
      many = many.withDump(`upload_file_minidump_${dump}`, Buffer.from('MDMP'));
    return many;
  },
  'many-parts': ({ report }) =>
    report.withAnnotations(
      Object.fromEntries(Array.from({ length: 6000 }, (_, index) => [`Key${index}`, ''])),
    ),
  'uuid-without-token': ({ report }) =>
    report.withAnnotation('uuid', 'de1bb258-cbbf-4589-a673-34f800160918'),
  mutated: ({ report, random }) => mutated(report.build(), random),
  'mutated-fields': ({ annotations, minidump, random }) =>
    mutated(
      new CrashReport()
        .inStyleOf(random.oneOf(['crashpad', 'breakpad', 'fenix']))
        .withAnnotations(annotations)
        .withDump('upload_file_minidump', minidump)
        .build(),
      random,
    ),
  'mutated-gzip': ({ report, random }) => mutated(report.gzipped().build(), random),
};

/** Malformed reports, and mutated ones, which may be well-formed by chance. No collector may answer 5xx. */
export const malformedKinds: readonly MalformedKind[] = Object.entries(breaks).map(
  ([name, breakReport]) => ({
    name: `malformed:${name}`,
    weight: name.startsWith('mutated') || name.startsWith('cut') ? 3 : 1,
    request: ({ random, seed, now }, minidump) => {
      const annotations = sampleAnnotations({ seed, now });
      const report = new CrashReport()
        .withExtra(annotations)
        .withDump('upload_file_minidump', minidump);
      const broken = breakReport({ report, annotations, minidump, random });
      return broken instanceof CrashReport ? broken.build() : broken;
    },
  }),
);
