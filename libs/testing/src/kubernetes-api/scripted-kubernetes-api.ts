/**
 * A stand-in for a Kubernetes API server: the real HTTP protocol for ConfigMaps and Events of one namespace, with
 * RBAC, on which a spec can simulate the failures of an API server.
 */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';

import { freePort } from '../free-port.js';
import { type TemporaryDirectory, temporaryDirectory } from '../temporary-directory.js';
import { type ApiRequest, isAllowed, readApiRequest } from './api-request.js';
import { apiStatus } from './api-status.js';
import { applyJsonPatch, JsonPatchError } from './json-patch.js';
import type { KubernetesApi, KubernetesApiOptions, RecordedEvent } from './kubernetes-api.js';
import { kubeconfigJson } from './kubeconfig-json.js';
import { ObjectStore, type StoredObject } from './object-store.js';
import { WatchResponses } from './watch-responses.js';

type Verb = ApiRequest['verb'];

/** Starts it on a free port of the loopback address. */
export async function startScriptedKubernetesApi(
  options: KubernetesApiOptions,
): Promise<ScriptedKubernetesApi> {
  const directory = await temporaryDirectory();
  const port = await freePort();
  const kubeconfig = join(directory.path, 'kubeconfig');
  const server = `http://127.0.0.1:${port}`;
  await writeFile(kubeconfig, kubeconfigJson({ ...options, server, token: 'scripted' }));
  const api = new ScriptedKubernetesApi(options, directory, port, kubeconfig);
  await api.start();
  return api;
}

export class ScriptedKubernetesApi implements KubernetesApi {
  readonly watches = new WatchResponses();
  /** Every request so far, `<verb> <resource>`. */
  readonly requests: string[] = [];
  private readonly stores: Readonly<Record<string, ObjectStore>>;
  private readonly refusals = new Map<Verb, number>();
  private listGate: Promise<void> = Promise.resolve();
  private version = 100;
  private server: Server | undefined;

  constructor(
    private readonly options: KubernetesApiOptions,
    private readonly directory: TemporaryDirectory,
    private readonly port: number,
    readonly kubeconfig: string,
  ) {
    const { namespace } = options;
    const next = (): number => (this.version += 1);
    this.stores = {
      configmaps: new ObjectStore('ConfigMap', namespace, next),
      events: new ObjectStore('Event', namespace, next),
    };
  }

  get namespace(): string {
    return this.options.namespace;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      readApiRequest(request)
        .then(async (apiRequest) => await this.answer(apiRequest, response))
        .catch((error: unknown) => refuse(response, 500, String(error)));
    });
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  async close(): Promise<void> {
    await this.stop();
    await this.directory.remove();
  }

  async putConfigMap(name: string, data: Readonly<Record<string, string>>): Promise<void> {
    this.putObject(name, { data });
  }

  /** Creates or replaces a ConfigMap with any fields, `binaryData` for example. */
  putObject(name: string, fields: Readonly<Record<string, unknown>>): void {
    const store = this.store('configmaps');
    const before = store.get(name);
    if (before) store.replace(before, fields);
    else store.create(name, fields);
  }

  /** A ConfigMap with all its fields; undefined if it does not exist. */
  object(name: string): Readonly<Record<string, unknown>> | undefined {
    return this.store('configmaps').get(name);
  }

  async deleteConfigMap(name: string): Promise<void> {
    this.store('configmaps').delete(name);
  }

  async configMapData(name: string): Promise<Readonly<Record<string, string>> | undefined> {
    return this.store('configmaps').get(name)?.['data'] as Record<string, string> | undefined;
  }

  async events(): Promise<readonly RecordedEvent[]> {
    return this.store('events').list() as readonly unknown[] as readonly RecordedEvent[];
  }

  /** Sends every watch a bookmark: there were no changes up to this version. */
  sendBookmark(): void {
    const metadata = { resourceVersion: String((this.version += 1)), creationTimestamp: null };
    this.watches.send('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata });
  }

  /** Drops the history: open watches and later watches from an older version receive the error 410. */
  expire(): void {
    this.version += 1000;
    this.store('configmaps').compact(this.version);
    this.watches.send('ERROR', apiStatus(410, 'too old resource version'));
  }

  /** Answers requests of this kind with a status until the returned function is called. */
  refuse(verb: Verb, status: number): void {
    this.refusals.set(verb, status);
  }

  stopRefusing(): void {
    this.refusals.clear();
  }

  /** Delays list requests until the returned function is called. */
  holdLists(): () => void {
    const gate = Promise.withResolvers<void>();
    this.listGate = gate.promise;
    return () => gate.resolve();
  }

  private async answer(request: ApiRequest | undefined, response: ServerResponse): Promise<void> {
    const store = request && this.stores[request.resource];
    if (!store || request.namespace !== this.namespace) {
      refuse(response, 404, 'the server could not find the requested resource');
      return;
    }
    this.requests.push(`${request.verb} ${request.resource}`);
    const status = this.refusals.get(request.verb);
    if (status !== undefined) refuse(response, status, `refused by the script`);
    else if (!isAllowed(this.options.role, request)) refuse(response, 403, forbidden(request));
    else await this.serve(request, store, response);
  }

  private async serve(
    request: ApiRequest,
    store: ObjectStore,
    response: ServerResponse,
  ): Promise<void> {
    const { verb, selectedName } = request;
    const isSelected = ({ metadata }: StoredObject): boolean =>
      selectedName === undefined || metadata.name === selectedName;
    if (verb === 'watch') {
      const from = Number(request.query.get('resourceVersion') ?? this.version);
      this.watches.follow(response, store, from, ({ object }) => isSelected(object));
    } else if (verb === 'list') {
      await this.listGate;
      const metadata = { resourceVersion: String(this.version) };
      const items = store.list().filter(isSelected);
      reply(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items });
    } else if (verb === 'create') {
      create(request, store, response);
    } else {
      change(request, store, response);
    }
  }

  private store(resource: string): ObjectStore {
    const store = this.stores[resource];
    if (!store) throw new Error(`no store for ${resource}`);
    return store;
  }
}

function create({ body }: ApiRequest, store: ObjectStore, response: ServerResponse): void {
  const { metadata, ...fields } = body as { metadata: { name: string } };
  if (store.get(metadata.name)) refuse(response, 409, `"${metadata.name}" already exists`);
  else reply(response, 201, store.create(metadata.name, fields));
}

function change(request: ApiRequest, store: ObjectStore, response: ServerResponse): void {
  const object = store.get(request.name ?? '');
  if (!object) {
    refuse(response, 404, `${request.resource} "${request.name}" not found`);
    return;
  }
  if (request.verb === 'patch') {
    try {
      const patched = applyJsonPatch(object, request.body as []);
      reply(response, 200, store.replace(object, patched));
    } catch (error) {
      if (!(error instanceof JsonPatchError)) throw error;
      refuse(response, 422, error.message);
    }
    return;
  }
  if (request.verb === 'delete') store.delete(object.metadata.name);
  reply(response, 200, object);
}

function forbidden({ verb, resource, namespace, name, selectedName }: ApiRequest): string {
  const which = name ?? selectedName;
  const object = which === undefined ? '' : ` "${which}"`;
  return `${resource}${object} is forbidden: cannot ${verb} resource "${resource}" in the namespace "${namespace}"`;
}

function refuse(response: ServerResponse, code: number, message: string): void {
  reply(response, code, apiStatus(code, message));
}

function reply(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
