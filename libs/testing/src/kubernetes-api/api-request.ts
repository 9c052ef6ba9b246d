import type { IncomingMessage } from 'node:http';

import type { RoleRule } from './kubernetes-api.js';

/** A request in Kubernetes API terms. */
export interface ApiRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete';
  readonly namespace: string;
  readonly resource: string;
  /** The name of a single object; undefined for a collection. */
  readonly name: string | undefined;
  /** The name that a field selector selects. */
  readonly selectedName: string | undefined;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

const verbs: Readonly<Record<string, ApiRequest['verb']>> = {
  GET: 'get',
  POST: 'create',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Parses a request; undefined for a path or method that the scripted server does not support. */
export async function readApiRequest(request: IncomingMessage): Promise<ApiRequest | undefined> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const [, namespace, resource, name] =
    /^\/api\/v1\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const verb = verbs[request.method ?? ''];
  if (namespace === undefined || resource === undefined || verb === undefined) return undefined;
  const collection = verb === 'get' && name === undefined;
  const [, selectedName] =
    /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '') ?? [];
  return {
    verb: collection ? (searchParams.get('watch') === 'true' ? 'watch' : 'list') : verb,
    namespace,
    resource,
    name,
    selectedName,
    query: searchParams,
    body: await readJson(request),
  };
}

/**
 * Whether a role allows a request, by the rules of Kubernetes: a rule with names does not cover creation, and covers a
 * list or watch only if a field selector selects one of the names.
 */
export function isAllowed(role: readonly RoleRule[], request: ApiRequest): boolean {
  const name = request.name ?? request.selectedName;
  return role.some(
    ({ resources, resourceNames, verbs: allowed }) =>
      resources.includes(request.resource) &&
      allowed.includes(request.verb) &&
      (resourceNames === undefined || (name !== undefined && resourceNames.includes(name))),
  );
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
}
