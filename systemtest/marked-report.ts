import { type ClientStyle, type ContentEncoding, CrashReport } from '#antenna/crash-client';

/** The annotation by which consumers recognize a report of this test; its value is the id of the run. */
export const markerAnnotation = 'AntennaSystemTest';

export const userAgent = 'antenna-systemtest';

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A report of this test, and how it is encoded. */
export interface MarkedReport {
  readonly name: string;
  readonly annotations: Readonly<Record<string, Json>>;
  /** By their part names. */
  readonly dumps: Readonly<Record<string, Buffer>>;
  readonly style: ClientStyle;
  /** One JSON part, or one part for each annotation: then all are strings. */
  readonly annotationsAs: 'extra' | 'fields';
  readonly encoding: ContentEncoding;
  /** Without a Content-Length. */
  readonly chunked?: true;
}

export interface ReportSource {
  readonly runId: string;
  readonly now: Date;
  /** Replace the annotations of every report. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly randomBytes: (size: number) => Buffer;
}

const kibibyte = 1024;
const dayMs = 86_400_000;
/** Above nginx's default limit of a body (1 MiB), a common problem in front of a collector. */
const largeDumpBytes = 8 * kibibyte * kibibyte;

/** Annotations that Mozilla's rules accept without sampling (docs/throttling.md), and the marker. */
export function baseAnnotations(source: ReportSource): Record<string, string> {
  const yesterday = new Date(source.now.getTime() - dayMs);
  return {
    BuildID: yesterday.toISOString().replace(/\D/g, '').slice(0, 14),
    ProductName: 'Firefox',
    ReleaseChannel: 'nightly',
    Throttleable: '0',
    Vendor: 'Mozilla',
    Version: '1.0a1',
    ...source.annotations,
    [markerAnnotation]: source.runId,
  };
}

/** Reports that must be accepted: one for each encoding that clients use. */
export function acceptableReports(source: ReportSource): MarkedReport[] {
  const annotations = baseAnnotations(source);
  const dump = (size: number) => ({ upload_file_minidump: source.randomBytes(size) });
  const fields = { annotations, annotationsAs: 'fields', style: 'crashpad' } as const;
  const plain = { ...fields, encoding: 'identity' } as const;
  const compressed = (encoding: ContentEncoding): MarkedReport => ({
    ...fields,
    name: encoding,
    encoding,
    dumps: dump(64 * kibibyte),
  });
  return [
    {
      ...plain,
      name: 'plain',
      style: 'breakpad',
      dumps: { ...dump(64 * kibibyte), upload_file_minidump_browser: source.randomBytes(kibibyte) },
    },
    {
      ...plain,
      name: 'json-extra',
      style: 'firefox',
      annotationsAs: 'extra',
      annotations: {
        ...annotations,
        SystemTestNumber: 1.5,
        SystemTestObject: { list: [1, 'two', null, true] },
        SystemTestText: 'Größe 😀 "\\',
      },
      dumps: dump(64 * kibibyte),
    },
    { ...compressed('gzip'), chunked: true },
    { ...compressed('x-gzip'), style: 'breakpad' },
    compressed('deflate'),
    compressed('br'),
    compressed('zstd'),
    { ...plain, name: 'no-dump', dumps: {} },
    { ...plain, name: 'large', dumps: dump(largeDumpBytes) },
  ];
}

/** As {@link CrashReport}, ready to be built. */
export function asCrashReport(report: MarkedReport): CrashReport {
  let crash = new CrashReport().inStyleOf(report.style);
  crash =
    report.annotationsAs === 'extra'
      ? crash.withExtra(report.annotations)
      : crash.withAnnotations(asStrings(report.annotations));
  for (const [name, bytes] of Object.entries(report.dumps)) crash = crash.withDump(name, bytes);
  return report.encoding === 'identity' ? crash : crash.encoded(report.encoding);
}

function asStrings(annotations: MarkedReport['annotations']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
