import { isJsonObject, isRawJson, type JsonValue, sortedJson } from '#antenna/crash-report';
import type { StoredCrash } from '#antenna/stored-crashes';
import { printable } from '../terminal-safe.js';
import type { Difference } from './difference.js';

/** Ids and times, which two collectors never share. */
const ignored: ReadonlySet<string> = new Set(['uuid', 'submitted_timestamp']);
/** Compared by what they mean, not as values. */
const comparedByMeaning: ReadonlySet<string> = new Set([
  'metadata.collector_notes',
  'metadata.dump_checksums',
]);

/** Every difference in meaning between two stored crashes of the same report. */
export async function crashDifferences(a: StoredCrash, b: StoredCrash): Promise<Difference[]> {
  return [
    ...valueDifferences(membersOf(a.rawCrash), membersOf(b.rawCrash)),
    ...noteDifferences(notesOf(a.rawCrash), notesOf(b.rawCrash)),
    ...dumpNameDifferences(a, b),
    ...(await dumpDifferences(a, b)),
  ];
}

/** The annotations that a client sent, as far as a stored crash shows; for the identity of a report. */
export function annotationsOf(rawCrash: JsonValue): JsonValue {
  const members = [...membersOf(rawCrash)].filter(
    ([key]) => key !== 'version' && !key.startsWith('metadata.'),
  );
  return Object.fromEntries(members);
}

/** The member of `metadata` with this name. */
export function metadataOf(rawCrash: JsonValue, name: string): JsonValue | undefined {
  return allMembers(rawCrash).get(`metadata.${name}`);
}

function membersOf(rawCrash: JsonValue): Map<string, JsonValue> {
  const members = allMembers(rawCrash);
  for (const key of [...ignored, ...comparedByMeaning]) members.delete(key);
  return members;
}

function allMembers(rawCrash: JsonValue): Map<string, JsonValue> {
  if (!isJsonObject(rawCrash)) return new Map([['(the whole raw crash)', rawCrash]]);
  const { metadata } = rawCrash;
  if (metadata === undefined || !isJsonObject(metadata)) return new Map(Object.entries(rawCrash));
  return new Map([
    ...Object.entries(rawCrash).filter(([key]) => key !== 'metadata'),
    ...Object.entries(metadata).map(([key, value]): [string, JsonValue] => [
      `metadata.${key}`,
      value,
    ]),
  ]);
}

function* valueDifferences(
  a: ReadonlyMap<string, JsonValue>,
  b: ReadonlyMap<string, JsonValue>,
): Generator<Difference> {
  for (const key of new Set([...a.keys(), ...b.keys()])) {
    const [inA, inB] = [a.get(key), b.get(key)];
    const subject = printable(key);
    if (inB === undefined) yield { kind: 'key_only_in_a', subject, a: shown(inA) };
    else if (inA === undefined) yield { kind: 'key_only_in_b', subject, b: shown(inB) };
    else yield* valueDifference(subject, inA, inB);
  }
}

function* valueDifference(subject: string, a: JsonValue, b: JsonValue): Generator<Difference> {
  if (sortedJson(a) === sortedJson(b)) return;
  const [typeA, typeB] = [typeOf(a), typeOf(b)];
  const sides = { a: shown(a), b: shown(b) };
  if (typeA !== typeB)
    yield { kind: 'value_type', subject: `${subject}: ${typeA}, ${typeB}`, ...sides };
  else if (typeA === 'number' && isSameNumber(sortedJson(a), sortedJson(b)))
    yield { kind: 'number_spelling', subject, ...sides };
  else yield { kind: 'value', subject, ...sides };
}

/** Of integers, a double does not have all digits. */
function isSameNumber(a: string, b: string): boolean {
  return Number(a) === Number(b) && !(/^-?\d+$/.test(a) && /^-?\d+$/.test(b));
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (isRawJson(value)) return 'number';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shown(value: JsonValue | undefined): string {
  return value === undefined ? '' : printable(sortedJson(value));
}

/** The order of notes has no meaning. */
function* noteDifferences(a: readonly string[], b: readonly string[]): Generator<Difference> {
  for (const note of a) if (!b.includes(note)) yield { kind: 'note_only_in_a', subject: note };
  for (const note of b) if (!a.includes(note)) yield { kind: 'note_only_in_b', subject: note };
}

function notesOf(rawCrash: JsonValue): string[] {
  const notes = metadataOf(rawCrash, 'collector_notes');
  if (notes === undefined) return [];
  const list = Array.isArray(notes) ? notes : [notes];
  return list.map((note) => printable(typeof note === 'string' ? note : sortedJson(note)));
}

function* dumpNameDifferences(a: StoredCrash, b: StoredCrash): Generator<Difference> {
  const [inA, inB] = [namesShown(a), namesShown(b)];
  if (inA !== inB) yield { kind: 'dump_names', subject: `${inA}; ${inB}` };
}

function namesShown({ listedDumpNames: names }: StoredCrash): string {
  return names === undefined ? 'no list' : `[${printable(names.toSorted().join(', '))}]`;
}

/** Reads one dump of each side at a time. */
async function dumpDifferences(a: StoredCrash, b: StoredCrash): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const name of new Set([...a.dumpNames, ...b.dumpNames])) {
    const [{ dump: dumpA, bytes: bytesA }, { dump: dumpB, bytes: bytesB }] = await Promise.all([
      a.readDump(name),
      b.readDump(name),
    ]);
    const subject = printable(name);
    if (bytesA === undefined || bytesB === undefined) {
      if (bytesA) found.push({ kind: 'dump_only_in_a', subject });
      if (bytesB) found.push({ kind: 'dump_only_in_b', subject });
      continue;
    }
    const sides = { a: `${bytesA.length} bytes`, b: `${bytesB.length} bytes` };
    if (!bytesA.equals(bytesB)) found.push({ kind: 'dump_bytes', subject, ...sides });
    if (dumpA.state !== dumpB.state)
      found.push({ kind: 'checksum', subject: `${subject}: ${dumpA.state}, ${dumpB.state}` });
  }
  return found;
}
