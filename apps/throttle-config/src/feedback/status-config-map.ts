/**
 * Keeps a ConfigMap `<name>-status` beside the one with the rules, for authors who see no more of the cluster:
 * which revision is live, what is wrong with the last edit, and which ingest process runs which revision.
 *
 * Every replica writes. What they agree on they write alike; the processes that poll one replica stand under a key of
 * that replica, and a replica that has not written for long is dropped.
 */
import { hostname } from 'node:os';

import { Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

import { Logger, Metrics } from '#antenna/telemetry';

import { RulesetEdits } from '../ruleset/ruleset-edits.js';
import { StatusService } from '../api/status/status.service.js';
import { RULES_CONFIG_MAP } from '../tokens.js';
import { failureInWords, statusOf } from '../kubernetes/api-failure.js';
import type { RulesConfigMap } from '../kubernetes/cluster.js';
import { staleReplicas, statusData } from './status-data.js';

const tickMs = 10_000;
/** Written this often without a change, so that others see that this replica is there. */
const refreshMs = 5 * 60_000;
const notFound = 404;

@Injectable()
export class StatusConfigMap implements OnModuleInit, OnModuleDestroy {
  private readonly replica = hostname();
  private written = { content: '', at: 0 };
  private complaint = '';
  private writing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    rulesets: RulesetEdits,
    private readonly statuses: StatusService,
    @Inject(RULES_CONFIG_MAP) private readonly rules: RulesConfigMap,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    rulesets.onEdit(() => this.update());
  }

  onModuleInit(): void {
    this.timer = setInterval(() => this.update(), tickMs).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  /** Writes after whatever is being written; the last state wins. */
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
      this.complaint = '';
    } catch (error) {
      this.complain(failureInWords(error));
    }
  }

  private async write(data: Record<string, string>): Promise<void> {
    const { api, namespace } = this.rules;
    const name = `${this.rules.name}-status`;
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

  /** Once for each reason: the status is written again and again. */
  private complain(reason: string): void {
    this.metrics.increment('antenna.throttle_config.feedback_failures', { target: 'status' });
    if (reason === this.complaint) return;
    this.complaint = reason;
    this.logger.warn(`the status ConfigMap was not written: ${reason}`);
  }
}

function jsonPatch(data: Record<string, string | null>): object[] {
  return Object.entries(data).map(([key, value]) => {
    const path = `/data/${key}`;
    return value === null ? { op: 'remove', path } : { op: 'add', path, value };
  });
}
