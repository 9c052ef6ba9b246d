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
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { DocumentPath, Finding } from './ruleset-problem.js';
import { explainYamlError } from './explain-yaml-error.js';
import { offsetInScalar } from './scalar-offset.js';

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface PlacedMessage extends Position {
  readonly message: string;
  readonly hint: string;
}

export class YamlSource {
  readonly value: unknown;
  readonly problems: PlacedMessage[] = [];
  private readonly text: string;
  private readonly lines = new LineCounter();
  private readonly contents: Node | null = null;
  private readonly brokenLines = new Set<number>();
  private readonly pairs = new WeakMap<Node, ReadonlyMap<string, Pair>>();

  constructor(text: string) {
    this.text = text;
    const document = this.parse(text);
    if (document !== undefined) {
      const found = [...document.errors, ...document.warnings];
      // The library catches its own stack overflow, and then reports every bracket as unclosed.
      if (found.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) {
        this.refuseDepth();
        return;
      }
      this.contents = document.contents;
      this.addSyntaxProblems(found);
      this.value = this.plain(document.contents);
    }
  }

  /** Where a finding is shown; for a value that is missing, where its parent stands. */
  locate(finding: Finding): Position {
    const { node, key } = this.find(finding.path);
    const shown = finding.at === 'key' ? (key ?? node) : node;
    const start = shown?.range?.[0] ?? 0;
    const within =
      isScalar(shown) && finding.offset !== undefined
        ? offsetInScalar(shown, this.text, finding.offset)
        : 0;
    return this.position(start + within);
  }

  /** True where the YAML is broken: what else seems wrong in that line follows from it. */
  isBroken(line: number): boolean {
    return this.brokenLines.has(line);
  }

  private parse(text: string): Document.Parsed | undefined {
    try {
      return parseDocument(text, {
        lineCounter: this.lines,
        uniqueKeys: false,
        version: '1.2',
        merge: false,
        prettyErrors: false,
        logLevel: 'error',
      });
    } catch (error) {
      if (error instanceof RangeError) {
        this.refuseDepth();
        return undefined;
      }
      throw error;
    }
  }

  private refuseDepth(): void {
    this.problems.push({
      line: 1,
      column: 1,
      message: 'the YAML is nested too deeply',
      hint: 'a ruleset needs six levels: look for brackets that are not closed',
    });
  }

  private addSyntaxProblems(found: readonly YAMLError[]): void {
    for (const error of found) {
      const place = this.position(error.pos[0]);
      this.brokenLines.add(place.line);
      this.problems.push({ ...place, ...explainYamlError(error) });
    }
  }

  private position(offset: number): Position {
    const { line, col } = this.lines.linePos(Math.min(offset, this.text.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }

  private plain(node: unknown): unknown {
    if (isAlias(node)) {
      this.refuse(node, 'aliases (*name) are not supported', 'write the value out, or use a list');
      return undefined;
    }
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor !== undefined)
      this.refuse(node, 'anchors (&name) are not supported', 'write the value without the anchor');
    if (isScalar(node)) return node.value;
    if (isSeq(node)) return node.items.map((item) => this.plain(item));
    return isMap(node) ? this.plainMap(node) : null;
  }

  private plainMap(map: YAMLMap): unknown {
    const entries = new Map<string, unknown>();
    const pairs = new Map<string, Pair>();
    this.pairs.set(map, pairs);
    for (const pair of map.items) {
      const { key, value } = pair;
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.refuse(key ?? map, 'a key must be a text', 'put it in quotes');
      } else if (entries.has(key.value)) {
        this.refuse(key, `${key.value} is given twice`, 'keep one of them');
      } else {
        pairs.set(key.value, pair);
        entries.set(key.value, this.plain(value));
      }
    }
    return Object.fromEntries(entries);
  }

  private refuse(node: unknown, message: string, hint: string): void {
    const start = isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range : null;
    this.problems.push({ ...this.position(start?.[0] ?? 0), message, hint });
  }

  private find(path: DocumentPath): { node: Node | null; key?: Node } {
    let found: { node: Node | null; key?: Node } = { node: this.contents };
    for (const step of path) {
      const next = this.child(found.node, step);
      if (next === undefined) break;
      found = next;
    }
    return found;
  }

  private child(
    parent: Node | null,
    step: string | number,
  ): { node: Node | null; key?: Node } | undefined {
    if (typeof step === 'number') {
      const item = isSeq(parent) ? parent.items[step] : undefined;
      return isNode(item) ? { node: item } : undefined;
    }
    const pair = parent === null ? undefined : this.pairs.get(parent)?.get(step);
    if (pair === undefined || !isNode(pair.key)) return undefined;
    return { key: pair.key, node: isNode(pair.value) ? pair.value : pair.key };
  }
}
