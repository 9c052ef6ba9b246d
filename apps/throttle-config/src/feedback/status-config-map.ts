import { hostname } from 'node:os';

import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Logger, Metrics } from '#antenna/telemetry';

import { RulesetEdits } from '../ruleset/ruleset-edits.js';
import { StatusService } from '../api/status/status.service.js';
import { failureInWords, statusOf } from '../kubernetes/api-failure.js';
import { RulesConfigMap } from '../kubernetes/cluster.js';
import { staleReplicas, statusData } from './status-data.js';

const tickMs = 10_000;
/** Written this often without a change, so that the other replicas keep the data of this one. */
const refreshMs = 5 * 60_000;
const notFound = 404;

/**
 * Maintains a ConfigMap next to the one with the rules, for authors without further access to the cluster: the live revision, the errors of the last edit, and the revision of each ingest instance.
 *
 * All replicas write to it. They write the same values to the shared keys, and the instances that poll a replica to a
 * key of that replica. The keys of a replica that has not written for a long time are removed.
 */
@Injectable()
export class StatusConfigMap implements OnModuleInit, OnModuleDestroy {
  private readonly replica = hostname();
  private written = { content: '', at: 0 };
  private failure = '';
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    edits: RulesetEdits,
    private readonly statuses: StatusService,
    private readonly rules: RulesConfigMap,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    edits.onEdit(() => this.update());
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.update(), tickMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  /** Writes the status after the write in progress, so that the newest status wins. */
  private update(): void {
    this.writing = this.writing.then(async () => await this.writeIfChanged());
  }

  private async writeIfChanged(): Promise<void> {
    const data = statusData(this.statuses.status(), this.replica);
    const content = JSON.stringify(data);
    const now = Date.now();
    if (content === this.written.content && now - this.written.at < refreshMs) return;
    try {
      await this.write({ ...data, [`seen.${this.replica}`]: new Date(now).toISOString() });
      this.written = { content, at: now };
      this.failure = '';
    } catch (error) {
      this.failed(failureInWords(error));
    }
  }

  private async write(data: Record<string, string>): Promise<void> {
    const { api, namespace, statusName: name } = this.rules;
    try {
      const { data: before = {} } = await api.readNamespacedConfigMap({ namespace, name });
      const stale = Object.fromEntries(staleReplicas(before, new Date()).map((key) => [key, null]));
      await api.patchNamespacedConfigMap({
        namespace,
        name,
        body: [
          ...(Object.keys(before).length === 0 ? [{ op: 'add', path: '/data', value: {} }] : []),
          ...jsonPatch({ ...data, ...stale }),
        ],
      });
    } catch (error) {
      if (statusOf(error) !== notFound) throw error;
      await api.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data } });
    }
  }

  /** Logs each reason once, because the status is written again and again. */
  private failed(reason: string): void {
    this.metrics.increment('antenna.throttle_config.feedback_failures', { target: 'status' });
    if (reason === this.failure) return;
    this.failure = reason;
    this.logger.warn(`the status ConfigMap was not written: ${reason}`);
  }
}

function jsonPatch(data: Record<string, string | null>): object[] {
  return Object.entries(data).map(([key, value]) => {
    const path = `/data/${key}`;
    return value === null ? { op: 'remove', path } : { op: 'add', path, value };
  });
}
