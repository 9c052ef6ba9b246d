import { type Attributes, SpanKind } from '@opentelemetry/api';
import { ATTR_RPC_METHOD, ATTR_RPC_SYSTEM_NAME } from '@opentelemetry/semantic-conventions';
import {
  ATTR_AWS_S3_BUCKET,
  ATTR_AWS_S3_KEY,
} from '@opentelemetry/semantic-conventions/incubating';

import type { BlobStore } from '#antenna/blob-store';
import { inSpan } from '#antenna/telemetry';

/** How spans describe a store. */
interface TracedStore {
  /** Its role: `staging` or `crashes`. */
  readonly name: string;
  /** Its location in S3; undefined for a directory. */
  readonly s3?: { readonly bucket: string; readonly prefix: string };
}

const s3Methods = { put: 'PutObject', get: 'GetObject', delete: 'DeleteObject' } as const;

/** Adds a CLIENT span to each put, get and delete of a store. The others, which services do not use or repeat, get none. */
export function traceBlobStore(store: BlobStore, traced: TracedStore): BlobStore {
  const { name } = traced;
  const start = (verb: keyof typeof s3Methods, key: string) => ({
    kind: SpanKind.CLIENT,
    attributes: attributesOf(traced, verb, key),
  });
  return {
    prefersBatches: store.prefersBatches,
    put: async (key, body) =>
      await inSpan(`put ${name}`, start('put', key), async () => await store.put(key, body)),
    get: async (key) =>
      await inSpan(`get ${name}`, start('get', key), async () => await store.get(key)),
    delete: async (key) =>
      await inSpan(`delete ${name}`, start('delete', key), async () => await store.delete(key)),
    size: async (key) => await store.size(key),
    rewrite: async (key, change) => await store.rewrite(key, change),
    deleteVersions: async (key, which) => await store.deleteVersions(key, which),
    list: (prefix, options) => store.list(prefix, options),
    check: async () => await store.check(),
  };
}

function attributesOf({ s3 }: TracedStore, verb: keyof typeof s3Methods, key: string): Attributes {
  if (!s3) return {};
  return {
    [ATTR_RPC_SYSTEM_NAME]: 'aws-api',
    [ATTR_RPC_METHOD]: `S3/${s3Methods[verb]}`,
    [ATTR_AWS_S3_BUCKET]: s3.bucket,
    [ATTR_AWS_S3_KEY]: `${s3.prefix.replace(/\/$/, '')}${s3.prefix === '' ? '' : '/'}${key}`,
  };
}
