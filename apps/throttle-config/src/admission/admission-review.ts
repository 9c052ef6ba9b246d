/**
 * The validating admission webhook's decision, as a function: an AdmissionReview in, an AdmissionReview out
 * (admission.k8s.io/v1). A broken ruleset is denied with all its errors, so that `kubectl apply` shows them.
 */
import { describeProblem, parseRuleset, type RulesetProblem } from '#antenna/throttle';

/** The ConfigMap whose edits are judged; every other one is none of this webhook's business. */
export interface JudgedConfigMap {
  readonly name: string;
  /** Undefined: in any namespace. */
  readonly namespace: string | undefined;
  readonly key: string;
}

export type AdmissionVerdict = 'allowed' | 'denied' | 'ignored' | 'malformed';

export interface AdmissionDecision {
  readonly verdict: AdmissionVerdict;
  /** What is sent; undefined for a request that is no AdmissionReview. */
  readonly review: object | undefined;
}

interface AdmissionRequest {
  readonly uid: string;
  readonly kind?: { readonly group?: string; readonly kind?: string };
  readonly subResource?: string;
  readonly operation?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly object?: { readonly data?: unknown; readonly metadata?: { readonly name?: string } };
}

const apiVersion = 'admission.k8s.io/v1';
const kind = 'AdmissionReview';
/** API servers cut longer warnings, and drop them beyond 4,096 characters in all. */
const warningCharacters = 250;
const maxWarnings = 15;
const unprocessable = 422;

export function reviewAdmission(body: unknown, judged: JudgedConfigMap): AdmissionDecision {
  const request = requestOf(body);
  if (!request) return { verdict: 'malformed', review: undefined };
  if (!isJudged(request, judged)) return decision('ignored', request, { allowed: true });
  if (request.operation === 'DELETE') {
    const warnings = ['the throttle rules that are live stay live until this ConfigMap is back'];
    return decision('allowed', request, { allowed: true, warnings });
  }
  const { errors, warnings } = judge(request, judged.key);
  if (errors.length > 0)
    return decision('denied', request, { allowed: false, status: refusal(errors, judged.key) });
  const texts = warnings.slice(0, maxWarnings).map((problem) => shorten(describeProblem(problem)));
  return decision('allowed', request, {
    allowed: true,
    ...(texts.length > 0 && { warnings: texts }),
  });
}

function requestOf(body: unknown): AdmissionRequest | undefined {
  if (!isObject(body) || body['apiVersion'] !== apiVersion || body['kind'] !== kind)
    return undefined;
  const { request } = body;
  return isObject(request) && typeof request['uid'] === 'string' && request['uid'] !== ''
    ? (request as unknown as AdmissionRequest)
    : undefined;
}

function isJudged(request: AdmissionRequest, { name, namespace }: JudgedConfigMap): boolean {
  return (
    (request.kind?.group ?? '') === '' &&
    request.kind?.kind === 'ConfigMap' &&
    (request.subResource ?? '') === '' &&
    (request.name ?? request.object?.metadata?.name) === name &&
    (namespace === undefined || request.namespace === namespace)
  );
}

function judge(
  { object }: AdmissionRequest,
  key: string,
): { errors: readonly RulesetProblem[]; warnings: readonly RulesetProblem[] } {
  const text = isObject(object?.data) ? object.data[key] : undefined;
  if (typeof text === 'string') return parseRuleset(text);
  const message = `the ConfigMap has no key ${key} under data`;
  const hint = `write the rules below ${key}: |`;
  return { errors: [{ line: 1, column: 1, message, hint }], warnings: [] };
}

function refusal(errors: readonly RulesetProblem[], key: string): object {
  const lines = errors.map((problem) => describeProblem(problem));
  return {
    code: unprocessable,
    reason: 'Invalid',
    message: ['the throttle rules are not valid:', ...lines.map((line) => `  ${line}`)].join('\n'),
    details: {
      kind: 'ConfigMap',
      causes: lines.map((message) => ({
        reason: 'FieldValueInvalid',
        field: `data[${key}]`,
        message,
      })),
    },
  };
}

function decision(
  verdict: AdmissionVerdict,
  { uid }: AdmissionRequest,
  response: object,
): AdmissionDecision {
  return { verdict, review: { apiVersion, kind, response: { uid, ...response } } };
}

function shorten(text: string): string {
  return text.length > warningCharacters ? `${text.slice(0, warningCharacters - 1)}…` : text;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
