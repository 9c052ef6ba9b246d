import type { RulesetProblem } from '#antenna/throttle';

/** The edited Kubernetes object; feedback for its author is written to it. */
export interface EditedObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The Helm release that owns the object. */
  readonly helmRelease?: string;
}

/** Receives the results of reading a source. No method throws. */
export interface RulesetSink {
  /** The source holds this document (YAML) now; it may be the same as before. */
  apply(document: string, object?: EditedObject): void;
  /** The source holds no ruleset, because of these errors. */
  refuse(errors: readonly RulesetProblem[], object?: EditedObject): void;
  /** The source answers, and the newest document has been applied. */
  reached(): void;
  /** The source cannot be read. The live ruleset stays live. */
  unavailable(problem: string): void;
}

/** The place where rules are edited: a file or a ConfigMap. */
export abstract class RulesetSource {
  abstract readonly kind: 'bundled' | 'file' | 'kubernetes';
  /** The location in human-readable form. */
  abstract readonly name: string;
  /** Shell command that makes the rules in a file live; undefined if the source cannot be edited. */
  abstract commandToApply(file: string): string | undefined;
  /** Follows the source until `stop`. Resolves after the first attempt to read it, successful or not. */
  abstract start(sink: RulesetSink): Promise<void>;
  abstract stop(): Promise<void>;
}
