import type { AuthorFeedback } from '../feedback/author-feedback.js';
import type { ThrottleConfigConfig } from '../throttle-config.config.js';
import { BundledSource } from './bundled-source.js';
import { FileSource } from './file-source.js';
import type { RulesetSource } from './ruleset-source.js';

/** The source of the rules, and where their authors are answered. */
export interface OpenedSource {
  readonly source: RulesetSource;
  /** Undefined where the author has no other place than the log and the page. */
  readonly feedback: AuthorFeedback | undefined;
}

/** Opens what the configuration names. */
export async function openSource({ rulesFile }: ThrottleConfigConfig): Promise<OpenedSource> {
  const source = rulesFile === undefined ? new BundledSource() : new FileSource(rulesFile);
  return { source, feedback: undefined };
}
