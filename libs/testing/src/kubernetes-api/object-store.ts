import { randomUUID } from 'node:crypto';

/** The fields of an API object that the store uses. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
  };
  readonly [field: string]: unknown;
}

/** A change that a watch delivers. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
  readonly version: number;
}

type Fields = Readonly<Record<string, unknown>>;

/** The objects of one resource (such as `configmaps`) in one namespace, with all changes since the last compaction. */
export class ObjectStore {
  private readonly objects = new Map<string, StoredObject>();
  private readonly listeners = new Set<(change: Change) => void>();
  private changes: Change[] = [];
  private compacted = 0;

  constructor(
    private readonly kind: string,
    private readonly namespace: string,
    private readonly nextVersion: () => number,
  ) {}

  get(name: string): StoredObject | undefined {
    return this.objects.get(name);
  }

  list(): readonly StoredObject[] {
    return [...this.objects.values()];
  }

  create(name: string, fields: Fields): StoredObject {
    return this.put('ADDED', name, fields, randomUUID(), new Date().toISOString());
  }

  /** Replaces the fields of an existing object. */
  replace(before: StoredObject, fields: Fields): StoredObject {
    const { name, uid, creationTimestamp } = before.metadata;
    return this.put('MODIFIED', name, fields, uid, creationTimestamp);
  }

  delete(name: string): void {
    const object = this.objects.get(name);
    if (!object) return;
    this.objects.delete(name);
    const version = this.nextVersion();
    const metadata = { ...object.metadata, resourceVersion: String(version) };
    this.record({ type: 'DELETED', object: { ...object, metadata }, version });
  }

  /** Drops the changes up to a version: a watch from an earlier version must list again. */
  compact(version: number): void {
    this.compacted = version;
    this.changes = this.changes.filter((change) => change.version > version);
  }

  /** The changes after a version; undefined if some of them have been dropped. */
  since(version: number): readonly Change[] | undefined {
    return version < this.compacted
      ? undefined
      : this.changes.filter((change) => change.version > version);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private put(
    type: 'ADDED' | 'MODIFIED',
    name: string,
    fields: Fields,
    uid: string,
    creationTimestamp: string,
  ): StoredObject {
    const version = this.nextVersion();
    const { namespace } = this;
    const resourceVersion = String(version);
    const metadata = { name, namespace, uid, resourceVersion, creationTimestamp };
    const object = { ...fields, apiVersion: 'v1', kind: this.kind, metadata };
    this.objects.set(name, object);
    this.record({ type, object, version });
    return object;
  }

  private record(change: Change): void {
    this.changes.push(change);
    for (const listener of this.listeners) listener(change);
  }
}
