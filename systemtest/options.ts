import { Command, CommanderError, InvalidArgumentError } from 'commander';

/** A bucket, or a folder of it. */
export interface Place {
  readonly bucket: string;
  readonly prefix?: string;
}

export interface SystemtestOptions {
  readonly submitUrl: URL;
  readonly ingestUrl: URL | undefined;
  readonly crashmoverUrl: URL | undefined;
  readonly throttleConfigUrl: URL | undefined;
  readonly bucket: Place | undefined;
  readonly stagingBucket: Place | undefined;
  /** A name, or a URL. */
  readonly queue: string | undefined;
  readonly busyQueue: boolean;
  readonly s3Endpoint: string | undefined;
  readonly sqsEndpoint: string | undefined;
  readonly dataDir: string | undefined;
  /** A file, or `-`. */
  readonly logs: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly maxPayload: number;
  readonly timeoutMs: number;
  readonly keep: boolean;
  readonly json: boolean;
}

/** An option is not valid, or names something that does not exist. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

interface Parsed {
  readonly url: URL;
  readonly ingestUrl?: URL | boolean;
  readonly crashmoverUrl?: URL;
  readonly throttleConfigUrl?: URL;
  readonly bucket?: Place;
  readonly stagingBucket?: Place;
  readonly queue?: string;
  readonly busyQueue?: true;
  readonly endpoint?: URL;
  readonly s3Endpoint?: URL;
  readonly sqsEndpoint?: URL;
  readonly dataDir?: string;
  readonly logs?: string;
  readonly annotation?: Readonly<Record<string, string>>;
  readonly maxPayload: number;
  readonly timeout: number;
  readonly keep?: true;
  readonly json?: true;
}

const defaultMaxPayload = 25 * 1024 ** 2;
const defaultTimeoutMs = 60_000;

/**
 * Reads the command line.
 * @returns undefined for `--help`
 * @param out where help goes
 * @throws OptionError
 */
export function parseOptions(
  args: readonly string[],
  out: (text: string) => void,
): SystemtestOptions | undefined {
  const command = systemtestCommand(out);
  try {
    command.parse(args, { from: 'user' });
    return checked(command.opts<Parsed>());
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new OptionError(error.message.replace(/^error: /, ''), { cause: error });
  }
}

function systemtestCommand(out: (text: string) => void): Command {
  return new Command('systemtest')
    .description('Check a running deployment of Antenna from the outside: see docs/systemtest.md.')
    .requiredOption('--url <url>', 'address to which clients send reports', httpUrl)
    .option('--ingest-url <url>', "address of ingest's own pages (default: that of --url)", httpUrl)
    .option('--no-ingest-url', "ingest's own pages cannot be reached")
    .option('--crashmover-url <url>', "address of crashmover's pages", httpUrl)
    .option('--throttle-config-url <url>', 'address of throttle-config', httpUrl)
    .option('--bucket <name[/prefix]>', 'bucket of stored crashes', place)
    .option('--staging-bucket <name[/prefix]>', 'bucket of staged envelopes', place)
    .option('--queue <name or url>', 'processing queue, without another reader during the test')
    .option('--busy-queue', 'search --queue even if it has other messages')
    .option('--endpoint <url>', 'S3- and SQS-compatible server instead of AWS', httpUrl)
    .option('--s3-endpoint <url>', 'S3-compatible server, if not --endpoint', httpUrl)
    .option('--sqs-endpoint <url>', 'SQS-compatible server, if not --endpoint', httpUrl)
    .option('--data-dir <path>', 'data directory of the embedded backend, instead of S3 and SQS')
    .option('--logs <file>', 'JSON log lines of the services; - for stdin')
    .option('--annotation <name=value>', 'set an annotation of all reports (repeatable)', pairs)
    .option('--max-payload <size>', 'MAX_PAYLOAD of the deployment', byteSize, defaultMaxPayload)
    .option(
      '--timeout <duration>',
      'maximum time from sending a report to publishing its id',
      duration,
      defaultTimeoutMs,
    )
    .option('--keep', 'keep stored objects and published ids')
    .option('--json', 'print one JSON document')
    .exitOverride()
    .configureOutput({ writeOut: out, outputError: () => undefined });
}

/** @throws OptionError when options contradict each other */
function checked(parsed: Parsed): SystemtestOptions {
  const { url, ingestUrl, endpoint, s3Endpoint = endpoint, sqsEndpoint = endpoint } = parsed;
  const onAws = parsed.bucket ?? parsed.stagingBucket ?? parsed.queue ?? s3Endpoint ?? sqsEndpoint;
  if (parsed.dataDir !== undefined && onAws !== undefined) {
    throw new OptionError(
      '--data-dir cannot be combined with --bucket, --staging-bucket, --queue or endpoints',
    );
  }
  return {
    submitUrl: url.pathname === '/' ? new URL('/submit', url) : url,
    ingestUrl: ingestUrl instanceof URL ? ingestUrl : ingestUrl === false ? undefined : url,
    crashmoverUrl: parsed.crashmoverUrl,
    throttleConfigUrl: parsed.throttleConfigUrl,
    bucket: parsed.bucket,
    stagingBucket: parsed.stagingBucket,
    queue: parsed.queue,
    busyQueue: parsed.busyQueue === true,
    s3Endpoint: s3Endpoint?.origin,
    sqsEndpoint: sqsEndpoint?.origin,
    dataDir: parsed.dataDir,
    logs: parsed.logs,
    annotations: parsed.annotation ?? {},
    maxPayload: parsed.maxPayload,
    timeoutMs: parsed.timeout,
    keep: parsed.keep === true,
    json: parsed.json === true,
  };
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('Must be an address such as http://127.0.0.1:8000.');
  return url;
}

function place(text: string): Place {
  const [bucket = '', ...prefix] = text.split('/');
  if (bucket === '') throw new InvalidArgumentError('Must be a bucket or bucket/prefix.');
  return prefix.length === 0 ? { bucket } : { bucket, prefix: prefix.join('/') };
}

function pairs(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const equals = text.indexOf('=');
  if (equals < 1) throw new InvalidArgumentError('Must be NAME=VALUE.');
  return { ...before, [text.slice(0, equals)]: text.slice(equals + 1) };
}

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** In the format of docs/configuration.md. */
function byteSize(text: string): number {
  const [, number, unit = ''] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = unitBytes[unit];
  if (number === undefined || factor === undefined)
    throw new InvalidArgumentError('Must be a size such as 25MiB.');
  return Number(number) * factor;
}

function duration(text: string): number {
  const [, number, unit] = /^(\d+)([sm])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('Must be a duration such as 90s or 5m.');
  return Number(number) * (unit === 'm' ? 60_000 : 1000);
}
