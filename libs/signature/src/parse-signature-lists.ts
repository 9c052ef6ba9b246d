import { LinearPattern } from '#antenna/linear-pattern';
import {
  asFields,
  checkKeys,
  describe,
  type DocumentProblem,
  Findings,
  inDocumentOrder,
  shorten,
  wordField,
  YamlSource,
} from '#antenna/yaml-document';

import { patternLists, SignatureLists, type SignatureListsDocument } from './signature-lists.js';

/** Limits of a document, which bound the cost of a signature. */
export const signatureListLimits = {
  documentBytes: 256 * 1024,
  /** Patterns in one list. */
  patterns: 2000,
  patternCharacters: 200,
  /** All compiled patterns of a list together: a repetition of 100 counts like 100 characters. */
  instructions: 20_000,
} as const;

/** `lists` is set if there are no errors. Errors are in the order of the document. */
interface ParsedSignatureLists {
  readonly lists?: SignatureLists;
  readonly errors: readonly DocumentProblem[];
}

const keys = { required: ['apiVersion', 'kind'], optional: ['sentinels', ...patternLists] };

/** Reads, validates and compiles lists (YAML) and reports every error at once. */
export function parseSignatureLists(yamlText: string): ParsedSignatureLists {
  const bytes = Buffer.byteLength(yamlText);
  const { documentBytes } = signatureListLimits;
  if (bytes > documentBytes) {
    const message = `the lists are ${bytes} bytes; the limit is ${documentBytes}`;
    return { errors: [{ line: 1, column: 1, message, hint: 'combine patterns' }] };
  }
  const source = new YamlSource(yamlText);
  if (source.value === undefined) return { errors: source.problems };
  const findings = new Findings('refused');
  const document = checkDocument(source.value, findings);
  const errors = findings.errors
    .filter((finding) => !source.followsFromSyntax(finding))
    .map((finding) => {
      const { message, hint } = finding;
      const { line, column } = source.locate(finding);
      return { line, column, message, hint };
    });
  const all = inDocumentOrder([...source.problems, ...errors]);
  return document === undefined || all.length > 0
    ? { errors: all }
    : { lists: new SignatureLists(document), errors: [] };
}

function checkDocument(value: unknown, findings: Findings): SignatureListsDocument | undefined {
  const fields = asFields(value, [], 'the document', findings);
  if (fields === undefined) return undefined;
  checkKeys(fields, [], keys, findings);
  wordField(fields, 'apiVersion', ['antenna/v1'], [], findings);
  wordField(fields, 'kind', ['SignatureLists'], [], findings);
  const list = (name: string): string[] => checkList(fields[name], name, findings);
  const document = {
    sentinels: list('sentinels'),
    irrelevant: list('irrelevant'),
    prefixes: list('prefixes'),
    withLineNumber: list('withLineNumber'),
    withoutOffset: list('withoutOffset'),
    outOfMemory: list('outOfMemory'),
    watchdogs: list('watchdogs'),
  };
  return findings.errors.length > 0 ? undefined : document;
}

function checkList(value: unknown, name: string, findings: Findings): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    const hint = 'write each entry after a dash; remove the key of an empty list';
    findings.error([name], `${name} must be a list, but is ${describe(value)}`, { hint });
    return [];
  }
  if (value.length > signatureListLimits.patterns) {
    const message = `${name} has ${value.length} entries; the limit is ${signatureListLimits.patterns}`;
    findings.error([name], message, { hint: 'combine patterns: (one|other)' });
    return [];
  }
  const checked = new CheckedList(name, findings);
  return value.filter((entry: unknown, index): entry is string => checked.add(entry, index));
}

/** Checks the entries of a list one after the other. */
class CheckedList {
  private readonly seen = new Set<string>();
  private instructions = 0;

  constructor(
    private readonly name: string,
    private readonly findings: Findings,
  ) {}

  /** Whether the entry is valid; otherwise adds an error. */
  add(entry: unknown, index: number): entry is string {
    const problem = this.problem(entry);
    if (problem === undefined) return true;
    const [message, hint] = problem;
    this.findings.error([this.name, index], message, { hint });
    return false;
  }

  private problem(entry: unknown): readonly [message: string, hint: string] | undefined {
    const { patternCharacters } = signatureListLimits;
    if (typeof entry !== 'string')
      return [`an entry must be a string, but this is ${describe(entry)}`, 'put it in quotes'];
    if (entry.length > patternCharacters) {
      const message = `the entry is ${entry.length} characters long; the limit is ${patternCharacters}`;
      return [message, 'the first part of a name is enough: patterns match the start of frames'];
    }
    if (entry.trim() !== entry || entry === '') {
      const message = `${shorten(entry)} is empty, or starts or ends with a space`;
      return [message, 'remove it, or the spaces'];
    }
    if (this.seen.has(entry))
      return [`${shorten(entry)} is twice in the list`, 'remove one of them'];
    this.seen.add(entry);
    return this.name === 'sentinels' ? undefined : this.patternProblem(entry);
  }

  private patternProblem(entry: string): readonly [message: string, hint: string] | undefined {
    try {
      const pattern = new LinearPattern(`^(?:${entry})`);
      if (pattern.test('')) {
        const hint = 'write at least one character that must be there';
        return [`${shorten(entry)} matches every frame`, hint];
      }
      this.instructions += pattern.instructions;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return [
        `${shorten(entry)}: ${error.message}`,
        String.raw`a special character that stands for itself needs a backslash: \( \[ \. \* \+ \$`,
      ];
    }
    const { instructions } = signatureListLimits;
    if (this.instructions <= instructions) return undefined;
    return [
      `the patterns up to here compile to more than ${instructions} instructions`,
      'shorten repetitions such as {100}',
    ];
  }
}
