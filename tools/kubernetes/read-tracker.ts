type Fields = Readonly<Record<string, unknown>>;

/** Wraps a value and records which of its fields are read. */
export class ReadTracker {
  readonly tracked: unknown;
  private readonly reads = new Map<object, Set<string>>();

  constructor(private readonly value: object) {
    this.tracked = this.track(value);
  }

  /** JSON pointers of the unread fields; fields inside an unread field are not listed. */
  unread(): readonly string[] {
    return this.unreadIn(this.value, '');
  }

  private unreadIn(value: unknown, path: string): string[] {
    if (typeof value !== 'object' || value === null) return [];
    const read = this.reads.get(value);
    return Object.entries(value).flatMap(([key, child]) =>
      read?.has(key) ? this.unreadIn(child, `${path}/${key}`) : [`${path}/${key}`],
    );
  }

  private track(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    return new Proxy(value as Fields, {
      get: (target, key, receiver) => {
        if (typeof key === 'symbol') return Reflect.get(target, key, receiver) as unknown;
        const read = this.reads.get(target) ?? new Set();
        this.reads.set(target, read.add(key));
        return this.track(target[key]);
      },
    });
  }
}
