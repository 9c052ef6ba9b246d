import { randomBytes } from 'node:crypto';

import {
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

import { errorMessage } from '#antenna/errors';
import { Logger } from '#antenna/telemetry';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import { ReplicaAddresses } from './replica-addresses.js';
import { type IngestReport, ReportedReplica } from './reported-replica.js';
import { ShadowRules } from './shadow/shadow-rules.service.js';
import { VerdictCounts } from './verdict-counts.js';

const intervalMs = 5000;
const lastReportMs = 1000;

/**
 * Reports the decisions of the rules to all replicas of throttle-config at an interval. Each report has all decisions
 * since the start, so that a failed one is not repeated.
 */
@Injectable()
export class VerdictReporterService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly boot = randomBytes(8).toString('hex');
  private readonly startedAt = performance.now();
  private readonly stopping = new AbortController();
  private readonly replicas = new Map<string, ReportedReplica>();
  private readonly addresses: ReplicaAddresses;
  private timer: NodeJS.Timeout | undefined;
  private reporting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly config: IngestConfig,
    private readonly live: LiveRuleset,
    private readonly counts: VerdictCounts,
    private readonly shadow: ShadowRules,
    private readonly logger: Logger,
  ) {
    this.addresses = new ReplicaAddresses(config.throttleConfigReplicas);
  }

  onApplicationBootstrap(): void {
    if (this.config.throttleConfigReplicas.length === 0) return;
    void this.addresses.refresh();
    const { signal } = this.stopping;
    this.timer = setInterval(() => {
      this.reporting = Promise.all([this.reporting, this.report(signal)]);
    }, intervalMs).unref();
  }

  /** Reports the last decisions, too: uploads have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    if (this.timer === undefined) return;
    clearInterval(this.timer);
    this.stopping.abort();
    await this.reporting;
    await this.report(AbortSignal.timeout(lastReportMs));
  }

  private async report(signal: AbortSignal): Promise<void> {
    const report = this.current();
    if (report === undefined) return;
    const shadow = this.shadow.report();
    const notices = await Promise.all(
      this.known().map(async (replica) => {
        const posted = shadow ? { ...report, shadow } : report;
        try {
          const notice = await replica.report(posted, signal);
          if (notice) await this.shadow.heard(replica.url, notice, shadow, signal);
          return notice;
        } catch (error) {
          this.logger.debug('verdicts cannot be reported', { reason: errorMessage(error) });
          return undefined;
        }
      }),
    );
    this.shadow.heardAll(
      notices.filter((notice) => notice !== undefined),
      shadow,
    );
  }

  private current(): IngestReport | undefined {
    const { revision, since } = this.live;
    if (revision === undefined) return undefined;
    return {
      instance: this.config.instanceName,
      revision,
      acceptedAt: since.toISOString(),
      boot: this.boot,
      ageMs: Math.round(performance.now() - this.startedAt),
      totals: this.counts.totals(),
    };
  }

  private known(): ReportedReplica[] {
    const urls = this.addresses.all();
    for (const url of this.replicas.keys()) if (!urls.includes(url)) this.replicas.delete(url);
    return urls.map((url) => {
      const replica = this.replicas.get(url) ?? new ReportedReplica(url);
      this.replicas.set(url, replica);
      return replica;
    });
  }
}
