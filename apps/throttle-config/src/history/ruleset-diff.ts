import { createTwoFilesPatch } from 'diff';

/** Documents that differ this much are not compared: it would block the service, and nobody would read it. */
const limits = { context: 3, timeout: 200 };

/** A document with what is shown as its name. */
export interface NamedDocument {
  readonly name: string;
  readonly ruleset: string;
}

/** A unified diff, empty if the documents are equal; undefined if they differ too much. */
export function rulesetDiff(from: NamedDocument, to: NamedDocument): string | undefined {
  if (from.ruleset === to.ruleset) return '';
  const patch = createTwoFilesPatch(from.name, to.name, from.ruleset, to.ruleset, '', '', limits);
  return patch?.replace(/^=+\n/, '');
}
