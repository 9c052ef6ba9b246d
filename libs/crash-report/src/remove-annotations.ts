import { isUtf8 } from 'node:buffer';
import { type AnnotationPath, memberOf, parsed } from './annotation-path.js';
import { isJsonObject, type JsonValue } from './json-value.js';
import { JsonError, parseJson } from './parse-json.js';
import { sortedJson } from './sorted-json.js';

/** What was removed from a raw crash. */
export interface AnnotationRemoval {
  /** The new raw crash; undefined when nothing was removed. */
  readonly changed: Buffer | undefined;
  /** The paths that were found, as they were written. */
  readonly removed: readonly string[];
  /** Paths into an annotation that is not JSON: what they should remove may be in it. */
  readonly notSearched: readonly string[];
  /** Whether a note says that one of the paths was removed before. */
  readonly removedBefore: boolean;
}

/** More than the collector accepts. */
const maxDepth = 1000;
const maxNameInNote = 100;

/**
 * Removes annotations, or values inside them, from a stored raw crash and notes each in `metadata.collector_notes`.
 * Everything else keeps its value, and numbers keep their spelling. An element of an array becomes `null`: the others
 * keep their indexes, and a second removal changes nothing.
 * @throws JsonError when the bytes are not a JSON object in UTF-8
 */
export function removeAnnotations(
  bytes: Buffer,
  paths: readonly AnnotationPath[],
): AnnotationRemoval {
  const rawCrash = rawCrashIn(bytes);
  const removed: string[] = [];
  const notSearched: string[] = [];
  for (const path of paths) {
    const outcome = removeFrom(rawCrash, path);
    if (outcome === 'removed') removed.push(path.source);
    if (outcome === 'not searched') notSearched.push(path.source);
  }
  const notes = notesOf(rawCrash);
  const removedBefore = paths.some(({ source }) => notes.includes(noteFor(source)));
  if (removed.length === 0) return { changed: undefined, removed, notSearched, removedBefore };
  addNotes(rawCrash, [...new Set([...notes, ...removed.map(noteFor)])]);
  return { changed: Buffer.from(sortedJson(rawCrash)), removed, notSearched, removedBefore };
}

function rawCrashIn(bytes: Buffer): { [key: string]: JsonValue } {
  if (!isUtf8(bytes)) throw new JsonError('not UTF-8');
  const value = parseJson(bytes.toString(), { maxDepth });
  if (!isJsonObject(value)) throw new JsonError('not a JSON object');
  return value;
}

function removeFrom(
  rawCrash: { [key: string]: JsonValue },
  { annotation, steps }: AnnotationPath,
): 'removed' | 'absent' | 'not searched' {
  const value = memberOf(rawCrash, annotation);
  if (value === undefined) return 'absent';
  if (steps.length === 0) {
    delete rawCrash[annotation];
    return 'removed';
  }
  const document = typeof value === 'string' ? parsed(value) : value;
  if (document === undefined) return 'not searched';
  if (!removeValue(document, steps)) return 'absent';
  if (typeof value === 'string') rawCrash[annotation] = JSON.stringify(document);
  return 'removed';
}

function removeValue(document: JsonValue, steps: readonly string[]): boolean {
  let parent: JsonValue | undefined = document;
  for (const step of steps.slice(0, -1))
    parent = parent === undefined ? undefined : memberOf(parent, step);
  const name = steps.at(-1) ?? '';
  const found = parent === undefined ? undefined : memberOf(parent, name);
  if (parent === undefined || found === undefined) return false;
  if (Array.isArray(parent)) {
    if (found === null) return false;
    parent[Number(name)] = null;
    return true;
  }
  return isJsonObject(parent) && delete parent[name];
}

function notesOf(rawCrash: JsonValue): readonly JsonValue[] {
  const metadata = memberOf(rawCrash, 'metadata');
  const notes = metadata === undefined ? undefined : memberOf(metadata, 'collector_notes');
  return Array.isArray(notes) ? notes : [];
}

function addNotes(rawCrash: { [key: string]: JsonValue }, notes: JsonValue[]): void {
  const metadata = memberOf(rawCrash, 'metadata');
  const others = metadata !== undefined && isJsonObject(metadata) ? metadata : {};
  rawCrash['metadata'] = { ...others, collector_notes: notes };
}

/** Like all notes, it has only printable ASCII. */
function noteFor(source: string): string {
  const name = source.slice(0, maxNameInNote).replaceAll(/[^ -~]/g, '?');
  return `Removed ${name} from stored crash.`;
}
