import type { Client } from '@opensearch-project/opensearch';
import { CrashIndexError } from '../crash-index-error.js';

export interface OpenSearchOptions {
  /** Of the cluster, without a path. */
  readonly url: string;
  /** Of the indices and the template; also the alias of all of them. */
  readonly prefix: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Signs requests with the credentials of the AWS SDK for this region. */
  readonly awsRegion?: string | undefined;
  readonly timeoutMs?: number;
  /** Primary shards of a new index; default: 1. */
  readonly shards?: number;
}

export interface OpenSearchRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly querystring?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Lines of a bulk request. */
  readonly lines?: readonly object[];
}

const defaultTimeoutMs = 10_000;

/** Requests to OpenSearch. Errors name the host and what to do, never what was sent. */
export class OpenSearchConnection {
  /** It takes a third of a second to load. */
  private client: Promise<Client> | undefined;
  /** For messages. */
  private readonly host: string;
  readonly timeoutMs: number;

  constructor(private readonly options: OpenSearchOptions) {
    this.host = new URL(options.url).host;
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  }

  /**
   * @returns the body of the answer; undefined if there is no such index
   * @throws CrashIndexError
   */
  async request<T>({
    method,
    path,
    body,
    lines,
    ...rest
  }: OpenSearchRequest): Promise<T | undefined> {
    try {
      this.client ??= openClient(this.options, this.timeoutMs);
      const { transport } = await this.client;
      const answer = await transport.request(
        {
          method,
          path,
          ...rest,
          ...(body && { body: { ...body } }),
          ...(lines && { bulkBody: lines.map((line) => ({ ...line })) }),
        },
        { ignore: [404] },
      );
      const found: unknown = answer.body;
      const isMissing = answer.statusCode === 404;
      if (isMissing && typesIn(found).includes('index_not_found_exception')) return undefined;
      if (!isMissing && typeof found === 'object') return found as T;
    } catch (error) {
      throw this.failure(error);
    }
    throw this.error('unavailable', 'this is not OpenSearch; check CRASH_INDEX');
  }

  async close(): Promise<void> {
    await (await this.client)?.close();
  }

  /** The cause is not kept: it has the request, with the password and documents. */
  private failure(error: unknown): CrashIndexError {
    const {
      name = 'Error',
      message = '',
      meta,
    } = error as {
      name?: string;
      message?: string;
      meta?: { statusCode?: number; body?: { error?: { type?: unknown; root_cause?: unknown } } };
    };
    const status = meta?.statusCode;
    if (status === undefined || status === null) {
      const reason = name === 'TimeoutError' ? `no answer in ${this.timeoutMs} ms` : message;
      return this.error(
        'unavailable',
        `${reason}; check that it runs and that CRASH_INDEX is its URL`,
      );
    }
    const types = typesIn(meta?.body?.error);
    const what = `status ${status}${types.map((type) => ` ${type}`).join('')}`;
    if (types.includes('cluster_block_exception'))
      return this.error('unavailable', `${what}: it takes no writes; free space or add nodes`);
    if (status === 401 || status === 403) {
      const settings = 'CRASH_INDEX_USER and CRASH_INDEX_PASSWORD or CRASH_INDEX_AWS_REGION';
      return this.error('unavailable', `${what}: no access; check ${settings}, and the role`);
    }
    if (types.includes('too_many_buckets_exception'))
      return this.error('refused', `${what}: ask for fewer groups or fewer parts of the time`);
    if (status === 400) return this.error('refused', `${what}: make the query simpler`);
    // A smaller batch may fit.
    if (status === 413) return this.error('refused', `${what}: the request is too large`);
    return this.error('unavailable', `${what}; look into its log`);
  }

  error(code: 'unavailable' | 'refused', message: string): CrashIndexError {
    return new CrashIndexError(code, `crash index ${this.host}: ${message}`);
  }
}

/** Only names: reasons quote documents. */
function typesIn(error: unknown): string[] {
  const types = new Set<string>();
  const collect = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 6) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'type' || typeof inner !== 'string') collect(inner, depth + 1);
      else if (/^[a-z_]{1,60}$/.test(inner)) types.add(inner);
    }
  };
  collect(error, 0);
  return [...types].slice(0, 5);
}

async function openClient(
  { url, user, password, awsRegion }: OpenSearchOptions,
  requestTimeout: number,
): Promise<Client> {
  const { Client } = await import('@opensearch-project/opensearch');
  return new Client({
    node: url,
    requestTimeout,
    // A connection that the server has closed meanwhile fails once.
    maxRetries: 1,
    ...(user !== undefined && { auth: { username: user, password: password ?? '' } }),
    ...(awsRegion !== undefined && (await signerFor(awsRegion))),
  });
}

async function signerFor(region: string): Promise<object> {
  const { AwsSigv4Signer } = await import('@opensearch-project/opensearch/aws-v3');
  return AwsSigv4Signer({ region });
}
