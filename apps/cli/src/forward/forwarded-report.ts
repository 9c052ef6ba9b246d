/** Rebuilds the report of a stored crash, as far as its raw crash describes it (docs/cli.md lists what it does not). */
import { CrashReport, type EncodedReport } from '#antenna/crash-client';
import {
  isJsonObject,
  type JsonValue,
  replacedAnnotations,
  sortedJson,
} from '#antenna/crash-report';
import { CliError } from '../cli-error.js';

export interface CrashToForward {
  readonly crashId: string;
  readonly rawCrash: JsonValue;
  readonly dumps: readonly { readonly name: string; readonly bytes: Buffer }[];
}

export interface ForwardedReport {
  readonly report: EncodedReport;
  /** Headers beside those of the body. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Keys of the raw crash that the collector wrote, so the receiving collector writes its own. Annotations that the
 * collector removed are not in the raw crash.
 */
const collectorKeys: ReadonlySet<string> = new Set(['uuid', ...replacedAnnotations]);

/** What Node can send as a header value, and receives as one. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * The report to send: annotations in the way they came, numbers as spelled, dumps with their filenames, gzip if the
 * body was compressed, and the user agent.
 * @param token lets the receiving collector take over the crash id
 * @throws CliError when the raw crash cannot become a report
 */
export function forwardedReport(
  { crashId, rawCrash, dumps }: CrashToForward,
  token: string | undefined,
): ForwardedReport {
  if (!isJsonObject(rawCrash)) throw new CliError('the raw crash is not a JSON object');
  const metadata = objectIn(rawCrash, 'metadata');
  const annotations = Object.entries(rawCrash).filter(([name]) => !collectorKeys.has(name));
  if (token !== undefined) annotations.push(['uuid', crashId]);
  let report = withAnnotations(annotations, stringIn(metadata, 'payload'));
  const filenames = objectIn(metadata, 'dump_filenames');
  for (const { name, bytes } of dumps) {
    // The collector stores no filename that equals the name.
    report = report.withDump(name, bytes, { filename: stringIn(filenames, name) ?? name });
  }
  const compressed = stringIn(metadata, 'payload_compressed') === '1';
  return {
    report: (compressed ? report.gzipped() : report).build(),
    headers: {
      ...userAgentHeader(stringIn(metadata, 'user_agent')),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
  };
}

type Entry<Value> = readonly [name: string, value: Value];

function withAnnotations(
  annotations: readonly Entry<JsonValue>[],
  payload: string | undefined,
): CrashReport {
  const fields = annotations.filter(
    (entry): entry is Entry<string> => typeof entry[1] === 'string',
  );
  // Crashpad's style escapes all that a collector decodes in names, except for backslashes.
  let report = new CrashReport().inStyleOf('crashpad');
  if (payload === 'json' || fields.length < annotations.length)
    return report.withExtra(sortedJson(Object.fromEntries(annotations)));
  for (const [name, value] of fields)
    report = report.withAnnotation(name.replaceAll('\\', String.raw`\\`), value);
  return report;
}

function userAgentHeader(userAgent: string | undefined): Record<string, string> {
  if (userAgent === undefined || userAgent === '') return {};
  if (!headerValue.test(userAgent))
    throw new CliError('the user agent in the raw crash has characters that no header can have');
  return { 'User-Agent': userAgent };
}

type JsonObject = Readonly<Record<string, JsonValue>>;

function objectIn(object: JsonObject, name: string): JsonObject {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return value !== undefined && isJsonObject(value) ? value : {};
}

function stringIn(object: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}
