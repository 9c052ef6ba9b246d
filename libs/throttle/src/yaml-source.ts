/**
 * Reads a YAML document into plain values and remembers where each one stands, so that a problem found
 * later in a value can be shown at its line and column.
 *
 * Aliases and anchors are refused, not expanded (a "billion laughs" document never grows), and keys are
 * compared here in linear time: the library's own test is quadratic.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { DocumentPath, Finding } from './ruleset-problem.js';
import { offsetInScalar } from './scalar-offset.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface PlacedMessage extends Position {
  readonly message: string;
  readonly hint?: string;
}

export class YamlSource {
  readonly value: unknown;
  readonly problems: PlacedMessage[] = [];
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #contents: Node | null = null;

  constructor(text: string) {
    this.#text = text;
    const document = this.#parse(text);
    if (document !== undefined) {
      this.#contents = document.contents;
      this.#addLibraryProblems(document);
      this.value = this.#plain(document.contents);
    }
  }

  /** Where a finding is shown; for a value that is missing, where its parent stands. */
  locate(finding: Finding): Position {
    const { node, key } = this.#find(finding.path);
    const shown = finding.at === 'key' ? (key ?? node) : node;
    const start = shown?.range?.[0] ?? 0;
    const within =
      isScalar(shown) && finding.offset !== undefined
        ? offsetInScalar(shown, this.#text, finding.offset)
        : 0;
    return this.#position(start + within);
  }

  #parse(text: string): Document.Parsed | undefined {
    try {
      return parseDocument(text, {
        lineCounter: this.#lines,
        uniqueKeys: false,
        version: '1.2',
        merge: false,
        prettyErrors: false,
        logLevel: 'silent',
      });
    } catch (error) {
      if (error instanceof RangeError) {
        this.problems.push({ line: 1, column: 1, message: 'the YAML is nested too deeply' });
        return undefined;
      }
      throw error;
    }
  }

  #addLibraryProblems(document: Document.Parsed): void {
    for (const { pos, message } of [...document.errors, ...document.warnings]) {
      this.problems.push({ ...this.#position(pos[0]), message: `not valid YAML: ${message}` });
    }
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(Math.min(offset, this.#text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  #plain(node: unknown): unknown {
    if (isAlias(node)) {
      this.#refuse(node, 'aliases (*name) are not supported', 'write the value out, or use a list');
      return undefined;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined) {
      this.#refuse(node, 'anchors (&name) are not supported', 'write the value without the anchor');
    }
    if (isScalar(node)) {
      return node.value;
    }
    if (isSeq(node)) {
      return node.items.map((item) => this.#plain(item));
    }
    return isMap(node) ? this.#plainMap(node) : null;
  }

  #plainMap(map: YAMLMap): unknown {
    const entries = new Map<string, unknown>();
    for (const { key, value } of map.items) {
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.#refuse(key ?? map, 'a key must be a text', 'put it in quotes');
      } else if (entries.has(key.value)) {
        this.#refuse(key, `${key.value} is given twice`, 'keep one of them');
      } else {
        entries.set(key.value, this.#plain(value));
      }
    }
    return Object.fromEntries(entries);
  }

  #refuse(node: unknown, message: string, hint: string): void {
    const start = isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range : null;
    this.problems.push({ ...this.#position(start?.[0] ?? 0), message, hint });
  }

  #find(path: DocumentPath): { node: Node | null; key?: Node } {
    let node: Node | null = this.#contents;
    let key: Node | undefined;
    for (const step of path) {
      const next = childOf(node, step);
      if (next === undefined) {
        break;
      }
      node = next.value ?? next.key ?? node;
      key = next.key;
    }
    return key === undefined ? { node } : { node, key };
  }
}

function childOf(
  node: Node | null,
  step: string | number,
): { key?: Node; value: Node | null } | undefined {
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step];
    return item === undefined ? undefined : { value: item as Node | null };
  }
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
    return pair && { key: pair.key as Node, value: pair.value as Node | null };
  }
  return undefined;
}
