import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { awsFailure, clientConfig } from '#antenna/aws-client';
import { moduleAt } from '../module-id.js';
import { headBytes } from '../symbol-file.js';
import { SymbolsError } from '../symbols-error.js';
import type { Part, PutFile, S3Access, StoredSymbols, SymbolStore } from './symbol-source.js';

/** For one page of a listing. */
const pageMs = 30_000;

/**
 * A folder of a bucket. The keys are those of other tools that upload symbols, so it is no blob store, whose keys have
 * neither spaces nor `+`.
 *
 * IAM actions: `s3:GetObject`, `s3:ListBucket` (S3 otherwise answers 403 for a missing file); to add, `s3:PutObject`.
 */
export class S3Symbols implements SymbolStore {
  readonly kind = 's3';
  private readonly client: S3Client;
  private readonly prefix: string;

  constructor(
    readonly location: string,
    private readonly bucket: string,
    prefix: string,
    { region, s3Endpoint, s3PathStyle, credentials }: S3Access,
    maxSockets: number,
  ) {
    this.prefix = prefix === '' ? '' : `${prefix}/`;
    this.client = new S3Client({
      ...clientConfig({ region, endpoint: s3Endpoint, credentials }, maxSockets),
      forcePathStyle: s3PathStyle || s3Endpoint !== undefined,
      maxAttempts: 3,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      expectContinueHeader: false,
    });
  }

  async open(path: string, part: Part, signal: AbortSignal): Promise<Readable | undefined> {
    const object = { Bucket: this.bucket, Key: this.prefix + path };
    const range = part === 'head' ? { Range: `bytes=0-${headBytes - 1}` } : {};
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ ...object, ...range }), {
        abortSignal: signal,
      });
      return Body as Readable | undefined;
    } catch (error) {
      if (awsFailure(error).name === 'NoSuchKey') return undefined;
      if (signal.aborted) throw signal.reason;
      throw s3Error(error, 's3:GetObject, and s3:ListBucket for files that do not exist');
    }
  }

  async put(path: string, { file, size, isGzip }: PutFile, signal: AbortSignal): Promise<void> {
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: this.prefix + path,
      Body: createReadStream(file),
      ContentLength: size,
      ContentType: 'text/plain; charset=utf-8',
      // So that the bucket can be read over HTTP, too.
      ...(isGzip && { ContentEncoding: 'gzip' }),
    });
    await this.client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw s3Error(error, 's3:PutObject');
    });
  }

  async *list(signal: AbortSignal): AsyncIterable<StoredSymbols> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.bucket,
        Prefix: this.prefix,
        ContinuationToken: token,
      });
      const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(pageMs)]);
      const page = await this.client.send(command, { abortSignal }).catch((error: unknown) => {
        throw s3Error(error, 's3:ListBucket');
      });
      for (const { Key = '', Size: size, LastModified: modifiedAt } of page.Contents ?? []) {
        const path = Key.slice(this.prefix.length);
        if (moduleAt(path) && size !== undefined && modifiedAt) yield { path, size, modifiedAt };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  close(): void {
    this.client.destroy();
  }
}

/** Without S3's message where it names the object, and so the module. */
function s3Error(error: unknown, permission: string): SymbolsError {
  const { name, reason, code } = awsFailure(error);
  return code === 'access_denied'
    ? new SymbolsError('denied', `${name}: needs ${permission}`, { cause: error })
    : new SymbolsError('unreachable', reason, { cause: error });
}
