import { parse, stringify, YAMLParseError } from 'yaml';
import { CliError } from '../cli-error.js';
import { type DifferenceKind, differenceKinds, isDifferenceKind } from './difference.js';
import type { DifferenceGroup } from './difference-groups.js';

/** A difference that a person has looked at. */
export interface AcceptedDifference {
  readonly kind: DifferenceKind;
  /** Default: all subjects of the kind. A `*` stands for any characters. */
  readonly subject?: string;
  readonly reason: string;
}

/**
 * Reads YAML or JSON: `accepted: [{kind, subject, reason}]`.
 * @param file its name for errors
 * @throws CliError
 */
export function parseAccepted(text: string, file: string): AcceptedDifference[] {
  const content = parseYaml(text, file);
  const entries = isRecord(content) ? content['accepted'] : undefined;
  if (!Array.isArray(entries))
    throw new CliError(`${file} must be an object with the list "accepted"`);
  return entries.map((entry: unknown, index) => {
    const problem = problemOf(entry);
    if (problem !== undefined)
      throw new CliError(`${file}: entry ${index + 1} of "accepted" ${problem}`);
    return entry as AcceptedDifference;
  });
}

/** A file for {@link parseAccepted}, which refuses it until every reason is filled in. */
export function draftOfAccepted(groups: readonly DifferenceGroup[]): string {
  const accepted = groups.map(({ kind, subject }) => ({
    kind,
    subject: subject.replaceAll('*', '?'),
    reason: '',
  }));
  return `# Fill in each reason, or remove the entry. A * in a subject stands for any characters, a ? for one.\n${stringify({ accepted })}`;
}

export function accepts(entry: AcceptedDifference, group: DifferenceGroup): boolean {
  if (entry.kind !== group.kind) return false;
  if (entry.subject === undefined) return true;
  const pattern = entry.subject
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${pattern}$`, 's').test(group.subject);
}

function problemOf(entry: unknown): string | undefined {
  if (!isRecord(entry)) return 'must be an object';
  const { kind, subject, reason, ...rest } = entry;
  if (!isDifferenceKind(kind))
    return `has kind ${JSON.stringify(kind)}; must be one of ${Object.keys(differenceKinds).join(', ')}`;
  if (subject !== undefined && typeof subject !== 'string') return 'must have a string as subject';
  if (typeof reason !== 'string' || reason.trim() === '')
    return `(${kind}) needs a reason: say why the difference is all right`;
  const [unknown] = Object.keys(rest);
  return unknown === undefined ? undefined : `has an unknown key "${unknown}"`;
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof YAMLParseError)
      throw new CliError(`${file} is not YAML: ${error.message.split('\n', 1)[0]}`);
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
