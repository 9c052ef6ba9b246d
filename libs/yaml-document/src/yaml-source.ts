/**
 * Reads a YAML document into plain values and remembers the location of each one, so that a problem found later in a
 * value can be reported with its line and column.
 *
 * Aliases and anchors are refused, not expanded (a "billion laughs" document never grows). Duplicate keys are found
 * here in linear time: the library's own check is quadratic.
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
import type { DocumentPath, Finding } from './findings.js';
import { offsetInScalar } from './scalar-offset.js';
import { SyntaxErrors, type YamlExplanation } from './syntax-errors.js';

interface Position {
  readonly line: number;
  readonly column: number;
}

export class YamlSource {
  readonly value: unknown;
  readonly problems: (Position & YamlExplanation)[] = [];
  private readonly text: string;
  private readonly lines = new LineCounter();
  private readonly contents: Node | null = null;
  private syntax: SyntaxErrors;
  private readonly pairs = new WeakMap<Node, ReadonlyMap<string, Pair>>();

  constructor(text: string) {
    this.text = text;
    this.syntax = this.syntaxErrors([]);
    const document = this.parse(text);
    if (document !== undefined) {
      const found = [...document.errors, ...document.warnings];
      // The library catches its own stack overflow and then reports every bracket as unclosed.
      if (found.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) {
        this.refuseDepth();
        return;
      }
      this.contents = document.contents;
      this.syntax = this.syntaxErrors(found);
      for (const { offset, message, hint } of this.syntax.causes)
        this.problems.push({ ...this.position(offset), message, hint });
      this.value = this.plain(document.contents);
    }
  }

  /** The location of a finding; for a missing value, that of its parent. */
  locate(finding: Finding): Position {
    return this.position(this.offset(finding));
  }

  /** Whether a finding follows from broken YAML: in its line, in its rule, or in those below. */
  followsFromSyntax(finding: Finding): boolean {
    const item = this.find(finding.path.slice(0, 2)).node?.range?.[2] ?? 0;
    const [start, valueEnd, end] = this.find(finding.path).node?.range ?? [0, 0, 0];
    // A value is empty if the lines that belong to it could not be read.
    const unread = start === valueEnd ? end + this.text.slice(end).search(/\S/) : 0;
    return this.syntax.explain(this.offset(finding), Math.max(item, unread));
  }

  private offset(finding: Finding): number {
    const { node, key } = this.find(finding.path);
    const located = finding.at === 'key' ? (key ?? node) : node;
    const start = located?.range?.[0] ?? 0;
    return isScalar(located) && finding.offset !== undefined
      ? start + offsetInScalar(located, this.text, finding.offset)
      : start;
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

  private syntaxErrors(found: readonly YAMLError[]): SyntaxErrors {
    const lineStart = (offset: number): number => offset - this.lines.linePos(offset).col + 1;
    return new SyntaxErrors(found, this.text, lineStart);
  }

  private refuseDepth(): void {
    this.problems.push({
      line: 1,
      column: 1,
      message: 'the YAML is nested too deeply',
      hint: 'look for brackets that are not closed',
    });
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
        this.refuse(key ?? map, 'a key must be a string', 'put it in quotes');
      } else if (entries.has(key.value)) {
        this.refuse(key, `${key.value} is defined twice`, 'keep one of them');
      } else {
        pairs.set(key.value, pair);
        entries.set(key.value, this.plain(value));
      }
    }
    return Object.fromEntries(entries);
  }

  private refuse(node: unknown, message: string, hint: string): void {
    const range = isScalar(node) || isAlias(node) || isMap(node) || isSeq(node) ? node.range : null;
    const start = range?.[0] ?? 0;
    if (!this.syntax.explain(start, start))
      this.problems.push({ ...this.position(start), message, hint });
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
