import { describeProblem, parseRuleset, type RulesetProblem } from '#antenna/throttle';

/** The ConfigMap whose edits are validated; the webhook allows every edit of another one. */
export interface ValidatedConfigMap {
  readonly name: string;
  /** If undefined, a ConfigMap of this name in any namespace. */
  readonly namespace: string | undefined;
  readonly key: string;
}

type AdmissionVerdict = 'allowed' | 'denied' | 'ignored' | 'malformed';

export interface AdmissionDecision {
  readonly verdict: AdmissionVerdict;
  /** The answer; undefined if the request is not an AdmissionReview. */
  readonly review: object | undefined;
  /** A document that is about to be saved, and by whom; undefined if none is. */
  readonly edit?: { readonly document: string; readonly user: string };
}

interface AdmissionRequest {
  readonly uid: string;
  readonly kind?: { readonly group?: string; readonly kind?: string };
  readonly subResource?: string;
  readonly dryRun?: boolean;
  readonly userInfo?: { readonly username?: unknown };
  readonly operation?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly object?: { readonly data?: unknown; readonly metadata?: { readonly name?: string } };
}

const apiVersion = 'admission.k8s.io/v1';
const kind = 'AdmissionReview';
/** API servers truncate longer warnings, and drop warnings beyond 4,096 characters in total. */
const warningCharacters = 250;
const maxWarnings = 15;
const unprocessable = 422;

/**
 * The decision of the validating admission webhook: takes an AdmissionReview (admission.k8s.io/v1) and returns one. An
 * invalid ruleset is denied with all its errors, which `kubectl apply` shows.
 */
export function reviewAdmission(body: unknown, validated: ValidatedConfigMap): AdmissionDecision {
  const request = requestOf(body);
  if (!request) return { verdict: 'malformed', review: undefined };
  if (!isValidated(request, validated)) return decision('ignored', request, { allowed: true });
  if (request.operation === 'DELETE') {
    const warnings = ['the live throttle rules stay live until this ConfigMap exists again'];
    return decision('allowed', request, { allowed: true, warnings });
  }
  const { errors, warnings } = validate(request, validated.key);
  if (errors.length > 0)
    return decision('denied', request, { allowed: false, status: refusal(errors, validated) });
  const shown = warnings.slice(0, maxWarnings).map((problem) => shorten(describeProblem(problem)));
  const allowed = decision('allowed', request, {
    allowed: true,
    ...(shown.length > 0 && { warnings: shown }),
  });
  return { ...allowed, ...editOf(request, validated.key) };
}

/** Dry runs save nothing. */
function editOf(
  { object, dryRun, userInfo }: AdmissionRequest,
  key: string,
): Pick<AdmissionDecision, 'edit'> {
  const document = isObject(object?.data) ? object.data[key] : undefined;
  const user = userInfo?.username;
  if (typeof document !== 'string' || typeof user !== 'string' || dryRun === true) return {};
  return { edit: { document, user } };
}

function requestOf(body: unknown): AdmissionRequest | undefined {
  if (!isObject(body) || body['apiVersion'] !== apiVersion || body['kind'] !== kind)
    return undefined;
  const { request } = body;
  return isObject(request) && typeof request['uid'] === 'string' && request['uid'] !== ''
    ? (request as unknown as AdmissionRequest)
    : undefined;
}

function isValidated(request: AdmissionRequest, { name, namespace }: ValidatedConfigMap): boolean {
  return (
    (request.kind?.group ?? '') === '' &&
    request.kind?.kind === 'ConfigMap' &&
    (request.subResource ?? '') === '' &&
    (request.name ?? request.object?.metadata?.name) === name &&
    (namespace === undefined || request.namespace === namespace)
  );
}

function validate(
  { object }: AdmissionRequest,
  key: string,
): { errors: readonly RulesetProblem[]; warnings: readonly RulesetProblem[] } {
  const document = isObject(object?.data) ? object.data[key] : undefined;
  if (typeof document === 'string') return parseRuleset(document);
  const message = `the ConfigMap has no key ${key} under data`;
  const hint = `write the rules under ${key}: |`;
  return { errors: [{ line: 1, column: 1, message, hint }], warnings: [] };
}

function refusal(errors: readonly RulesetProblem[], { name, key }: ValidatedConfigMap): object {
  const lines = errors.map((problem) => describeProblem(problem));
  return {
    code: unprocessable,
    reason: 'Invalid',
    message: ['the throttle rules are not valid:', ...lines.map((line) => `  ${line}`)].join('\n'),
    details: {
      kind: 'ConfigMap',
      name,
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

function shorten(line: string): string {
  return line.length > warningCharacters ? `${line.slice(0, warningCharacters - 1)}…` : line;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
