import type { BlobStore } from '#antenna/blob-store';

export interface BlobCall {
  readonly operation: 'put' | 'get' | 'delete' | 'check';
  /** Empty for a check. */
  readonly key: string;
}

/**
 * Wraps a store with a function that runs before each call. The function may record the call, delay it, or throw the
 * error with which the call fails.
 */
export function interceptBlobStore(
  store: BlobStore,
  before: (call: BlobCall) => void | Promise<void>,
): BlobStore {
  return {
    prefersBatches: store.prefersBatches,
    put: async (key, body) => {
      await before({ operation: 'put', key });
      await store.put(key, body);
    },
    get: async (key) => {
      await before({ operation: 'get', key });
      return await store.get(key);
    },
    size: async (key) => {
      await before({ operation: 'get', key });
      return await store.size(key);
    },
    delete: async (key) => {
      await before({ operation: 'delete', key });
      await store.delete(key);
    },
    rewrite: async (key, change) => {
      await before({ operation: 'put', key });
      return await store.rewrite(key, change);
    },
    deleteVersions: async (key, which) => {
      await before({ operation: 'delete', key });
      await store.deleteVersions(key, which);
    },
    check: async () => {
      await before({ operation: 'check', key: '' });
      await store.check();
    },
    list: (prefix, options) => store.list(prefix, options),
  };
}
