import type { RulesetProblem } from '#antenna/throttle';

/** The Kubernetes object that an edit was made in, to answer its author there. */
export interface EditedObject {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** Takes what a source reads. No method throws. */
export interface RulesetSink {
  /** The text that stands at the source now; it may be the same as before. */
  offer(text: string, object?: EditedObject): void;
  /** The source holds no ruleset, for these reasons. */
  refuse(errors: readonly RulesetProblem[], object?: EditedObject): void;
  /** The source answers; whatever is new has been offered. */
  reached(): void;
  /** The source cannot be read; what it held before stays live. */
  unavailable(problem: string): void;
}

/** Where the rules are edited: a file or a ConfigMap. */
export interface RulesetSource {
  readonly kind: 'bundled' | 'file' | 'kubernetes';
  /** The place in words for a person. */
  readonly name: string;
  /** Follows the source until `stop`. Resolves when it has been asked once, whatever came of it. */
  start(sink: RulesetSink): Promise<void>;
  stop(): Promise<void>;
}
