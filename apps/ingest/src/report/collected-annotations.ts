import { isUtf8 } from 'node:buffer';

import {
  type Annotations,
  isJsonObject,
  JsonError,
  type JsonLimits,
  type ParsedJson,
  parseJsonMembers,
} from '#antenna/crash-report';

import { malformed } from '../outcome/outcome.js';

/** Collects the annotations of one report while its parts arrive, with notes about irregular ones. */
export class CollectedAnnotations {
  readonly values: Annotations = new Map();
  readonly notes: string[] = [];
  private json = false;
  private mixedNoted = false;

  constructor(private readonly jsonLimits: JsonLimits) {}

  /** How the annotations were sent, for `metadata.payload` of the raw crash. */
  get payload(): 'multipart' | 'json' {
    return this.json ? 'json' : 'multipart';
  }

  addString(name: string, bytes: Buffer): void {
    if (!isUtf8(bytes)) {
      this.notes.push(`dropped annotation ${printable(name)}: not UTF-8`);
      return;
    }
    if (this.json) this.noteMixed('key/value parts were added to JSON');
    if (this.values.has(name))
      this.notes.push(`repeated annotation ${printable(name)}: the last wins`);
    this.values.set(name, bytes.toString('utf8'));
  }

  /**
   * Takes the `extra` part: its object replaces all earlier annotations.
   * @throws RefusedReport malformed `invalid_json` or `invalid_json_value`
   */
  replaceByJson(bytes: Buffer): void {
    const { value, repeatsMember } = this.parse(bytes);
    if (!isJsonObject(value))
      throw malformed('invalid_json_value', 'the JSON annotations must be an object');
    if (this.values.size > 0 || this.json) this.noteMixed('JSON replaced the earlier ones');
    this.json = true;
    this.values.clear();
    // Twice as fast as Object.entries for the number of keys in a report.
    const names = Object.keys(value);
    for (const name of names) {
      const annotation = value[name];
      if (annotation !== undefined) this.values.set(withoutNulls(name), annotation);
    }
    if (repeatsMember || this.values.size < names.length)
      this.notes.push('repeated annotation in JSON: the last wins');
  }

  /** Removes annotations that must not be stored, and adds a note for each. */
  remove(fields: readonly string[]): void {
    for (const field of fields)
      if (this.values.delete(field)) this.notes.push(`Removed ${field} from raw crash.`);
  }

  private noteMixed(what: string): void {
    if (this.mixedNoted) return;
    this.mixedNoted = true;
    this.notes.push(`annotations came in more than one way: ${what}`);
  }

  private parse(bytes: Buffer): ParsedJson {
    if (!isUtf8(bytes)) throw malformed('invalid_json', 'the JSON annotations must be UTF-8');
    try {
      return parseJsonMembers(bytes.toString('utf8'), this.jsonLimits);
    } catch (error) {
      if (error instanceof JsonError) throw malformed('invalid_json', error.message);
      throw error;
    }
  }
}

/** Makes a string of the client safe and short enough for a note. */
export function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 100);
}

function withoutNulls(name: string): string {
  return name.includes('\0') ? name.replaceAll('\0', '') : name;
}
