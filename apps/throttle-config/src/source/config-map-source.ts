/**
 * Follows one ConfigMap: list, watch from there, and list anew whenever the watch ends for whatever reason. So an
 * expired version (410), a cut or silent stream, a deleted and recreated ConfigMap and a restarted API server all
 * take the same way, and the list is the resync. A watch that is silent for half a minute is ended by the client
 * library; more than that, a connection that died unnoticed cannot hide an edit.
 */
import { setTimeout as wait } from 'node:timers/promises';

import type { V1ConfigMap } from '@kubernetes/client-node';

import { retryDelayMs } from '#antenna/service';

import type { EditedObject, RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';
import { failureInWords } from '../kubernetes/api-failure.js';
import type { RulesConfigMap } from '../kubernetes/cluster.js';
import { WatchEnd, WatchStream } from '../kubernetes/watch-stream.js';

const delays = { baseMs: 250, maxMs: 10_000 };
/** A watch that lived this long was no failure. */
const steadyMs = 10_000;
/** The server ends a watch after this time, if nothing else has. */
const watchSeconds = 300;

export class ConfigMapSource implements RulesetSource {
  readonly kind = 'kubernetes';
  readonly name: string;
  private readonly selector: string;
  private readonly stopped = new AbortController();
  private following: Promise<void> = Promise.resolve();
  private there = false;

  constructor(private readonly rules: RulesConfigMap) {
    this.name = `ConfigMap ${rules.namespace}/${rules.name}`;
    this.selector = `metadata.name=${rules.name}`;
  }

  async start(sink: RulesetSink): Promise<void> {
    const asked = Promise.withResolvers<void>();
    this.following = this.follow(sink, asked.resolve);
    await asked.promise;
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.following;
  }

  private async follow(sink: RulesetSink, asked: () => void): Promise<void> {
    const { signal } = this.stopped;
    for (let failures = 0; !signal.aborted;) {
      const began = performance.now();
      try {
        const version = await this.list(sink);
        asked();
        await this.watch(version, sink);
        failures = 0;
      } catch (error) {
        this.tellOf(error, sink);
        failures = performance.now() - began > steadyMs ? 1 : failures + 1;
      }
      asked();
      await wait(retryDelayMs(Math.max(1, failures), delays), undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  /** A cut stream or an expired version is no trouble: the list that follows tells whether there is any. */
  private tellOf(error: unknown, sink: RulesetSink): void {
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
    if (this.there) sink.reached();
  }

  private missing(sink: RulesetSink): void {
    this.there = false;
    sink.unavailable(`there is no ${this.name}`);
  }

  private deliver(configMap: V1ConfigMap, sink: RulesetSink): void {
    this.there = true;
    const object = editedObject(configMap);
    const text = configMap.data?.[this.rules.key];
    if (text === undefined) {
      const { key } = this.rules;
      const keys = Object.keys({ ...configMap.data, ...configMap.binaryData });
      const message = `${this.name} has no key ${key}`;
      const hint = Object.hasOwn(configMap.binaryData ?? {}, key)
        ? `${key} stands under binaryData: save it as UTF-8 text without control characters`
        : `its keys are: ${keys.join(', ') || 'none'}`;
      sink.refuse([{ line: 1, column: 1, message, hint }], object);
      return;
    }
    sink.offer(text, object);
  }
}

function editedObject({ metadata }: V1ConfigMap): EditedObject {
  return {
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    uid: metadata?.uid ?? '',
    resourceVersion: metadata?.resourceVersion ?? '',
  };
}
