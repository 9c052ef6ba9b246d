import { setTimeout as wait } from 'node:timers/promises';

import type { V1ConfigMap } from '@kubernetes/client-node';

import { retryDelayMs } from '#antenna/service';

import type { EditedObject, RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';
import { failureInWords } from '../kubernetes/api-failure.js';
import type { RulesConfigMap } from '../kubernetes/cluster.js';
import { WatchEnd, WatchStream } from '../kubernetes/watch-stream.js';

const delays = { baseMs: 250, maxMs: 10_000 };
/** A watch that lasted this long does not count as a failure. */
const steadyMs = 10_000;
/** The server ends a watch after this time at the latest. */
const watchSeconds = 300;

/**
 * Follows one ConfigMap: lists it, watches it from there, and lists it again whenever the watch ends. An expired
 * version (410), a cut or silent stream, a deleted and recreated ConfigMap and a restarted API server are therefore
 * handled in the same way. The client library ends a watch that is silent for half a minute, so a connection that died
 * unnoticed hides an edit no longer than that.
 */
export class ConfigMapSource implements RulesetSource {
  readonly kind = 'kubernetes';
  readonly name: string;
  private readonly selector: string;
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private exists = false;

  constructor(private readonly rules: RulesConfigMap) {
    this.name = `ConfigMap ${rules.namespace}/${rules.name}`;
    this.selector = `metadata.name=${rules.name}`;
  }

  /** Server-side, because `kubectl apply` would keep a second copy of the rules in an annotation of limited size. */
  commandToApply(file: string): string {
    const { name, namespace, key } = this.rules;
    return [
      `kubectl create configmap ${name} --namespace ${namespace} --from-file=${key}=${file} --dry-run=client -o yaml`,
      'kubectl apply --server-side --force-conflicts --field-manager throttle-rules -f -',
    ].join(' | ');
  }

  async start(sink: RulesetSink): Promise<void> {
    const tried = Promise.withResolvers<void>();
    this.following = this.follow(sink, tried.resolve);
    await tried.promise;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  private async follow(sink: RulesetSink, tried: () => void): Promise<void> {
    const { signal } = this.stopped;
    for (let failures = 0; !signal.aborted;) {
      const startedAt = performance.now();
      try {
        const version = await this.list(sink);
        tried();
        await this.watch(version, sink);
        failures = 0;
      } catch (error) {
        this.report(error, sink);
        failures = performance.now() - startedAt > steadyMs ? 1 : failures + 1;
      }
      tried();
      await wait(retryDelayMs(Math.max(1, failures), delays), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** A cut stream or an expired version is not reported: the list that follows shows whether there is a problem. */
  private report(error: unknown, sink: RulesetSink): void {
    if (this.stopped.signal.aborted || error instanceof WatchEnd) return;
    sink.unavailable(`${this.name}: ${failureInWords(error)}`);
  }

  private async list(sink: RulesetSink): Promise<string> {
    const { api, namespace } = this.rules;
    const { items, metadata } = await api.listNamespacedConfigMap({
      namespace,
      fieldSelector: this.selector,
    });
    const [found] = items;
    if (found) this.deliver(found, sink);
    else this.missing(sink);
    return metadata?.resourceVersion ?? '';
  }

  private async watch(resourceVersion: string, sink: RulesetSink): Promise<void> {
    const stream = new WatchStream(this.rules.watch);
    await stream.follow(
      `/api/v1/namespaces/${this.rules.namespace}/configmaps`,
      {
        fieldSelector: this.selector,
        resourceVersion,
        allowWatchBookmarks: true,
        timeoutSeconds: watchSeconds,
      },
      {
        opened: () => this.reached(sink),
        event: (type, object) => this.event(type, object as V1ConfigMap, sink),
      },
      this.stopped.signal,
    );
  }

  private event(type: string, object: V1ConfigMap, sink: RulesetSink): void {
    if (type === 'DELETED') this.missing(sink);
    else if (type === 'ADDED' || type === 'MODIFIED') this.deliver(object, sink);
    this.reached(sink);
  }

  private reached(sink: RulesetSink): void {
    if (this.exists) sink.reached();
  }

  private missing(sink: RulesetSink): void {
    this.exists = false;
    sink.unavailable(`there is no ${this.name}`);
  }

  private deliver(configMap: V1ConfigMap, sink: RulesetSink): void {
    this.exists = true;
    const object = editedObject(configMap);
    const document = configMap.data?.[this.rules.key];
    if (document === undefined) {
      const { key } = this.rules;
      const keys = Object.keys({ ...configMap.data, ...configMap.binaryData });
      const message = `${this.name} has no key ${key}`;
      const hint = Object.hasOwn(configMap.binaryData ?? {}, key)
        ? `${key} is under binaryData: save it as UTF-8 without control characters`
        : `its keys are: ${keys.join(', ') || 'none'}`;
      sink.refuse([{ line: 1, column: 1, message, hint }], object);
      return;
    }
    sink.apply(document, object);
  }
}

function editedObject({ metadata }: V1ConfigMap): EditedObject {
  const helmRelease = metadata?.annotations?.['meta.helm.sh/release-name'];
  return {
    ...(helmRelease !== undefined && { helmRelease }),
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
  };
}
