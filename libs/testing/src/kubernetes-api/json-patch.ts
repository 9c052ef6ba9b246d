/** Thrown for a patch that cannot be applied; an API server answers 422. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** Applies the operations `add`, `remove` and, of strings, `test` of RFC 6902 to objects within objects. */
export function applyJsonPatch(
  target: Readonly<Record<string, unknown>>,
  operations: readonly Operation[],
): Record<string, unknown> {
  const patched = structuredClone(target) as Record<string, unknown>;
  for (const { op, path, value } of operations) {
    const keys = path.slice(1).split('/').map(unescape);
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((at, key) => childOf(at, key, path), patched);
    if (!isObject(parent)) throw new JsonPatchError(`no value at ${path}`);
    if (op === 'add') parent[last] = value;
    else if (op === 'remove' && Object.hasOwn(parent, last)) delete parent[last];
    else if (op !== 'test' || parent[last] !== value)
      throw new JsonPatchError(`cannot ${op} ${path}`);
  }
  return patched;
}

function childOf(value: unknown, key: string, path: string): unknown {
  if (!isObject(value) || !Object.hasOwn(value, key))
    throw new JsonPatchError(`no value at ${path}`);
  return value[key];
}

function unescape(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
