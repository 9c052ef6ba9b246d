import { isCrashId } from '#antenna/crash-report';
import { crashFields, type FieldKind, type FieldName } from '../crash-fields.js';

interface Column {
  readonly name: FieldName;
  readonly kind: FieldKind;
  /** Of its terms. */
  readonly number: number;
}

/** The fields that are columns of their own name; `date` and `id` are before them. */
export const columns: readonly Column[] = Object.entries(crashFields)
  .map(([name, { kind }], number) => ({ name: name as FieldName, kind, number }))
  .filter(({ name }) => name !== 'crash_id' && name !== 'date');

/** @throws RangeError when it is no column */
export function columnOf(field: FieldName): Column {
  const column = columns.find(({ name }) => name === field);
  if (!column) throw new RangeError(`${field} is no column`);
  return column;
}

/** 16 bytes in the order of the ids; undefined when it is not a crash id. */
export function idBytes(crashId: string): Buffer | undefined {
  return isCrashId(crashId) ? Buffer.from(crashId.replaceAll('-', ''), 'hex') : undefined;
}

export function crashIdIn(bytes: unknown): string {
  const hex = Buffer.from(bytes as Uint8Array).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
