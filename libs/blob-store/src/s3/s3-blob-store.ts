import { ListObjectsV2Command, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import { addAbortSignal } from 'node:stream';
import type { DirectClient } from '#antenna/aws-client';
import { assertBlobKey, isBlobKey } from '../blob-key.js';
import {
  type BlobBody,
  type BlobInfo,
  type BlobStore,
  BlobStoreError,
  type ListOptions,
} from '../blob-store.js';
import { Attempts } from './attempts.js';
import { contentLength, downloadBody, uploadBody, type UploadBody } from './object-body.js';
import {
  deleteRequest,
  getRequest,
  headRequest,
  healthObject,
  putRequest,
} from './object-requests.js';
import { createDirectClient, createS3Client, type S3BlobStoreOptions } from './s3-client.js';
import { isNotFound, type S3Action } from './s3-error.js';
import { versionsOf } from './object-versions.js';

export class S3BlobStore implements BlobStore {
  readonly prefersBatches = true;
  private readonly client: S3Client;
  private readonly direct: DirectClient;
  private readonly bucket: string;
  private readonly prefix: string;
  private readonly access: 'write' | 'read';
  private readonly checksum: 'with' | 'without';
  private readonly attempts: Attempts;
  private readonly semaphore: Semaphore;

  constructor(options: S3BlobStoreOptions) {
    const { bucket, prefix = '', access = 'write', maxConcurrency = 16 } = options;
    // One more connection than concurrent calls: `check()` must not wait for large bodies.
    this.client = createS3Client(options, maxConcurrency + 1);
    this.direct = createDirectClient(this.client, bucket);
    this.bucket = bucket;
    this.prefix = folderOf(prefix);
    this.access = access;
    this.checksum = options.checksumsBy === 'reader' ? 'without' : 'with';
    this.attempts = new Attempts(options);
    this.semaphore = new Semaphore(maxConcurrency);
  }

  async put(key: string, body: BlobBody): Promise<void> {
    const objectKey = this.objectKey(key);
    await this.semaphore.run(async () => {
      const upload = await uploadBody(body);
      await this.putObject(objectKey, upload);
      upload.release?.();
    });
  }

  async get(key: string): Promise<Buffer> {
    const objectKey = this.objectKey(key);
    return (await this.semaphore.run(() => this.getObject(objectKey))).bytes;
  }

  async size(key: string): Promise<number | undefined> {
    const request = headRequest(this.objectKey(key));
    try {
      return await this.semaphore.run(() =>
        this.attempts.run(this.action('find', key), 0, async ({ signal }) => {
          const { headers, body } = await this.direct.send(request, signal);
          body.resume();
          return contentLength(headers) ?? 0;
        }),
      );
    } catch (error) {
      if (error instanceof BlobStoreError && isNotFound(error.cause)) return undefined;
      throw error;
    }
  }

  async rewrite(
    key: string,
    change: (bytes: Buffer) => Buffer | undefined | Promise<Buffer | undefined>,
  ): Promise<boolean> {
    const objectKey = this.objectKey(key);
    return await this.semaphore.run(async () => {
      const { bytes, etag } = await this.getObject(objectKey);
      const changed = await change(bytes);
      if (changed === undefined) return false;
      await this.putObject(objectKey, await uploadBody(changed), etag);
      return true;
    });
  }

  async deleteVersions(key: string, which: 'older' | 'all'): Promise<void> {
    if (which === 'all') await this.delete(key);
    const objectKey = this.objectKey(key);
    const action = this.action('purge', key);
    const versions = versionsOf(objectKey, which, (markers) => {
      const command = new ListObjectVersionsCommand({
        Bucket: this.bucket,
        Prefix: objectKey,
        ...markers,
      });
      return this.semaphore.run(() =>
        this.attempts.run(action, 0, ({ signal }) =>
          this.client.send(command, { abortSignal: signal }),
        ),
      );
    });
    for await (const versionId of versions) {
      const request = deleteRequest(objectKey, versionId);
      await this.semaphore.run(() =>
        this.attempts.run(action, 0, ({ signal }) => this.direct.call(request, signal)),
      );
    }
  }

  async delete(key: string): Promise<void> {
    const request = deleteRequest(this.objectKey(key));
    await this.semaphore.run(() =>
      this.attempts.run(this.action('delete', key), 0, ({ signal }) =>
        this.direct.call(request, signal),
      ),
    );
  }

  /** In S3's order, by UTF-8 bytes. Skips objects whose key is not valid in a {@link BlobStore}. */
  async *list(prefix: string, { after }: ListOptions = {}): AsyncIterable<BlobInfo> {
    let token: string | undefined;
    do {
      const page = await this.page(prefix, after, token);
      for (const { Key = '', Size: size, LastModified: modifiedAt } of page.Contents ?? []) {
        const key = Key.slice(this.prefix.length);
        if (isBlobKey(key) && key !== healthObject.key && size !== undefined && modifiedAt)
          yield { key, size, modifiedAt };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async check(): Promise<void> {
    const objectKey = this.prefix + healthObject.key;
    if (this.access === 'write')
      return this.putObject(objectKey, await uploadBody(Buffer.from(healthObject.body)));
    try {
      await this.getObject(objectKey);
    } catch (error) {
      if (!(error instanceof BlobStoreError && error.code === 'not_found')) throw error;
    }
  }

  private putObject(objectKey: string, upload: UploadBody, ifMatch?: string): Promise<void> {
    return this.attempts.run(this.action('put', objectKey), upload.size, async (deadline) => {
      const body = upload.open();
      if (!Buffer.isBuffer(body)) {
        // The SDK pipes the file into its request, but neither handles its errors nor closes it.
        addAbortSignal(deadline.signal, body).on('error', (error) => deadline.fail(error));
      }
      try {
        await this.direct.call(putRequest(objectKey, upload, body, ifMatch), deadline.signal);
      } finally {
        if (!Buffer.isBuffer(body)) body.destroy();
      }
    });
  }

  private getObject(
    objectKey: string,
  ): Promise<{ readonly bytes: Buffer; readonly etag: string | undefined }> {
    const request = getRequest(objectKey, this.checksum);
    return this.attempts.run(this.action('get', objectKey), 0, async (deadline) => {
      const response = await this.direct.send(request, deadline.signal);
      deadline.restart(this.attempts.timeFor(contentLength(response.headers) ?? 0));
      return { bytes: await downloadBody(response), etag: response.headers['etag'] };
    });
  }

  private page(prefix: string, after: string | undefined, token: string | undefined) {
    const command = new ListObjectsV2Command({
      Bucket: this.bucket,
      Prefix: this.prefix + prefix,
      ...(after !== undefined && { StartAfter: this.prefix + after }),
      ContinuationToken: token,
    });
    return this.semaphore.run(() =>
      this.attempts.run(this.action('list', `${prefix}*`), 0, ({ signal }) =>
        this.client.send(command, { abortSignal: signal }),
      ),
    );
  }

  private objectKey(key: string): string {
    assertBlobKey(key);
    const objectKey = this.prefix + key;
    assertBlobKey(objectKey);
    return objectKey;
  }

  private action(
    verb: 'put' | 'get' | 'find' | 'delete' | 'list' | 'purge',
    key: string,
  ): S3Action {
    return `${verb} ${key} in bucket ${this.bucket}`;
  }
}

function folderOf(prefix: string): string {
  if (prefix === '') return '';
  const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  assertBlobKey(folder);
  return `${folder}/`;
}

/** Limits how much work runs at the same time; the rest waits in order of arrival. */
class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(count: number) {
    this.free = count;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
