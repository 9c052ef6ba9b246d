import { isUtf8 } from 'node:buffer';

import {
  type Annotations,
  isJsonObject,
  isRawJson,
  JsonError,
  type JsonLimits,
  type JsonValue,
  type ParsedJson,
  parseJsonMembers,
  replacedAnnotations,
  replacedNote,
  sortedJson,
  stringMembers,
} from '#antenna/crash-report';

import { malformed } from '../outcome/outcome.js';
import type { JsonContent } from './annotation-memory.js';
import { CollectorNotes } from './collector-notes.js';
import { printable } from './printable.js';

/** What an `extra` part contains. */
interface JsonAnnotations extends JsonContent {
  readonly members: Annotations;
  readonly isRepeated: boolean;
  readonly verbatim: Set<string>;
}

/** Collects the annotations of one report while its parts arrive, with notes about irregular ones. */
export class CollectedAnnotations {
  values: Annotations = new Map();
  readonly notes = new CollectorNotes();
  /** Names of values that are written in JSON without escapes, name and value. */
  verbatim = new Set<string>();
  private json = false;
  private mixedNoted = false;
  private readonly nested = new Map<string, string>();
  private nestedDropped = 0;

  constructor(private readonly jsonLimits: JsonLimits) {}

  /** How the annotations were sent, for `metadata.payload` of the raw crash. */
  get payload(): 'multipart' | 'json' {
    return this.json ? 'json' : 'multipart';
  }

  addString(name: string, value: string): void {
    if (this.json) this.noteMixed('key/value parts were added to JSON');
    if (this.values.has(name))
      this.notes.push(`repeated annotation ${printable(name)}: the last wins`);
    this.set(name, value);
  }

  /** Adds an annotation of a nested body when the report is complete, if the report has none of that name. */
  addNested(name: string, value: string): void {
    if (this.nested.has(name)) this.nestedDropped += 1;
    this.nested.set(name, value);
  }

  /** Notes that an annotation is not kept, because it is too large. */
  dropTooLarge(name: string, bytes: number, limit: number): void {
    this.notes.push(`dropped annotation ${printable(name)}: ${bytes} bytes; the limit is ${limit}`);
  }

  /**
   * Takes the `extra` part: its object replaces all earlier annotations.
   * @param limit bytes of one annotation, as JSON unless it is a string; larger ones are dropped
   * @throws RefusedReport malformed `invalid_json` or `invalid_json_value`
   */
  replaceByJson(bytes: Buffer, limit: number): JsonContent {
    const { members, isRepeated, verbatim, ...content } = this.parse(bytes);
    if (this.values.size > 0 || this.json) this.noteMixed('JSON replaced the earlier ones');
    this.json = true;
    this.values = members;
    this.verbatim = verbatim;
    if (isRepeated) this.notes.push('repeated annotation in JSON: the last wins');
    // No value is longer than the text that contains it.
    if (bytes.length > limit) this.dropLarge(limit);
    return content;
  }

  /** Call it after the last part. */
  complete(): void {
    let added = 0;
    for (const [name, value] of this.nested) {
      // A nested body must not choose the crash id: a report with an attached one would be refused.
      if (name === 'uuid' || this.values.has(name)) {
        this.nestedDropped += 1;
        continue;
      }
      this.set(name, value);
      added += 1;
    }
    this.nested.clear();
    if (added > 0) this.notes.push(`annotations added from nested multipart: ${added}`);
    if (this.nestedDropped > 0)
      this.notes.push(`annotations dropped from nested multipart: ${this.nestedDropped}`);
  }

  /** Adds a note for each annotation that a field of the collector replaces in the raw crash. */
  noteReplaced(): void {
    for (const name of replacedAnnotations) {
      const value = this.values.get(name);
      if (value !== undefined) this.notes.push(`${replacedNote(name)}${shown(value)}`);
    }
  }

  /** Removes annotations that must not be stored, and adds a note for each. */
  remove(fields: readonly string[]): void {
    for (const field of fields)
      if (this.values.delete(field)) this.notes.push(`Removed ${field} from raw crash.`);
  }

  private dropLarge(limit: number): void {
    for (const [name, value] of this.values) {
      const size = Buffer.byteLength(typeof value === 'string' ? value : sortedJson(value));
      if (size <= limit) continue;
      this.values.delete(name);
      this.dropTooLarge(name, size, limit);
    }
  }

  private noteMixed(what: string): void {
    if (this.mixedNoted) return;
    this.mixedNoted = true;
    this.notes.push(`annotations came in more than one way: ${what}`);
  }

  private set(name: string, value: string): void {
    this.values.set(name, value);
    this.verbatim.delete(name);
  }

  private parse(bytes: Buffer): JsonAnnotations {
    if (!isUtf8(bytes)) throw malformed('invalid_json', 'the JSON annotations must be UTF-8');
    const text = bytes.toString('utf8');
    const found = stringMembers(text, this.jsonLimits);
    if (!found) return this.parseAny(text);
    const { strings, verbatim, members, copied } = found;
    return {
      members: strings,
      values: members + 1,
      copied,
      isRepeated: strings.size < members,
      verbatim,
    };
  }

  private parseAny(text: string): JsonAnnotations {
    const { value, values, repeatsMember } = this.parseJson(text);
    if (!isJsonObject(value))
      throw malformed('invalid_json_value', 'the JSON annotations must be an object');
    const members: Annotations = new Map();
    // Twice as fast as Object.entries for the number of keys in a report.
    const names = Object.keys(value);
    for (const name of names) {
      const annotation = value[name];
      if (annotation !== undefined) members.set(withoutNulls(name), annotation);
    }
    const isRepeated = repeatsMember || members.size < names.length;
    return { members, values, copied: 0, isRepeated, verbatim: new Set() };
  }

  private parseJson(text: string): ParsedJson {
    try {
      return parseJsonMembers(text, this.jsonLimits);
    } catch (error) {
      if (error instanceof JsonError) throw malformed('invalid_json', error.message);
      throw error;
    }
  }
}

/** The value when it is short enough to look at; lists and objects can be large. */
function shown(value: JsonValue): string {
  if (typeof value === 'object' && (value === null || !isRawJson(value))) return '';
  return `: ${printable(typeof value === 'string' ? value : JSON.stringify(value))}`;
}

function withoutNulls(name: string): string {
  return name.includes('\0') ? name.replaceAll('\0', '') : name;
}
