import { JsonError, isJsonObject, type JsonValue, parseJson } from '#antenna/crash-report';

import { bodyLimits } from '../api/http/request-body.js';

/** The input of the form. */
export interface DryRunForm {
  readonly annotations: string;
  /** The draft. If empty, the live rules are evaluated. */
  readonly ruleset: string;
}

/** The annotations cannot be read. The message is shown on the page. */
export class DryRunFormError extends Error {
  override readonly name = 'DryRunFormError';
}

/** Reads a form as browsers send it. */
export function readDryRunForm(body: unknown): DryRunForm {
  const fields = new URLSearchParams(typeof body === 'string' ? body : '');
  return {
    annotations: fields.get('annotations') ?? '',
    // Browsers send every line end of a form as CRLF.
    ruleset: (fields.get('ruleset') ?? '').replaceAll('\r\n', '\n'),
  };
}

/** Which revisions to compare; `to` can be `draft`. */
export function readComparison(body: unknown): {
  readonly from: string;
  readonly to: string;
  readonly draft: string;
} {
  const fields = new URLSearchParams(typeof body === 'string' ? body : '');
  const draft = readDryRunForm(body).ruleset;
  return { from: fields.get('from') ?? '', to: fields.get('to') ?? '', draft };
}

/** For how long the button that was pressed tries the draft on live reports. */
export function readShadowMs(body: unknown): number {
  const hour = typeof body === 'string' && new URLSearchParams(body).get('for') === '60m';
  return (hour ? 60 : 10) * 60_000;
}

/** Whether the button that loads the live rules sent the form, as it does without the script. */
export function isLoadRequested(body: unknown): boolean {
  return typeof body === 'string' && new URLSearchParams(body).has('load');
}

/**
 * Reads annotations as JSON, or as lines of `Name=value`.
 * @throws {DryRunFormError} if they are neither
 */
export function readAnnotations(input: string): ReadonlyMap<string, JsonValue> {
  return input.trimStart().startsWith('{') ? fromJson(input) : fromLines(input);
}

function fromJson(json: string): ReadonlyMap<string, JsonValue> {
  try {
    const value = parseJson(json, bodyLimits);
    if (isJsonObject(value)) return new Map(Object.entries(value));
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new DryRunFormError(
    'The annotations start like JSON but are not valid JSON: write {"Name": "value"} with double quotes, or lines of Name=value.',
  );
}

function fromLines(input: string): ReadonlyMap<string, JsonValue> {
  const lines = input.split(/\r?\n/).filter((line) => line.trim() !== '');
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
