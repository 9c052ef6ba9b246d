import { JsonError, isJsonObject, type JsonValue, parseJson } from '#antenna/crash-report';

/** What was written into the form. */
export interface DryRunForm {
  readonly annotations: string;
  /** Empty: the live rules are tried. */
  readonly ruleset: string;
}

/** The form holds no annotations that could be tried; the message is for the person at the form. */
export class DryRunFormError extends Error {
  override readonly name = 'DryRunFormError';
}

const maxDepth = 64;

/** Reads a form as browsers send it. */
export function readDryRunForm(body: unknown): DryRunForm {
  const fields = new URLSearchParams(typeof body === 'string' ? body : '');
  return { annotations: fields.get('annotations') ?? '', ruleset: fields.get('ruleset') ?? '' };
}

/**
 * Annotations as JSON, or as lines of `Name=value`.
 * @throws {DryRunFormError} when they are neither
 */
export function readAnnotations(text: string): ReadonlyMap<string, JsonValue> {
  return text.trimStart().startsWith('{') ? fromJson(text) : fromLines(text);
}

function fromJson(text: string): ReadonlyMap<string, JsonValue> {
  try {
    const value = parseJson(text, { maxDepth });
    if (isJsonObject(value)) return new Map(Object.entries(value));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new DryRunFormError(
    'The annotations begin like JSON but are not: write {"Name": "value"} with double quotes, or lines of Name=value.',
  );
}

function fromLines(text: string): ReadonlyMap<string, JsonValue> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return new Map(
    lines.map((line, index) => {
      const at = line.indexOf('=');
      if (at < 1) {
        throw new DryRunFormError(
          `Line ${index + 1} of the annotations has no "=": write Name=value.`,
        );
      }
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}
