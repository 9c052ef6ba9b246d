/**
 * Keeps a new or reconfigured ingest out of traffic until it has staged and announced a probe, so that a rollout with a
 * wrong bucket or role stops at its first pod. Reports that arrive meanwhile are accepted. The backends that worked are
 * remembered beside the spool: a restart with the same ones does not wait, also while they are down.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';

import type { BlobStore } from '#antenna/blob-store';
import { errorMessage, isMissing } from '#antenna/errors';
import type { MessageQueue } from '#antenna/message-queue';
import { HealthRegistry, retryDelayMs } from '#antenna/service';
import { Logger, Metrics } from '#antenna/telemetry';
import { pause } from '#antenna/time';

import { IngestConfig } from '../ingest.config.js';
import { INTAKE_QUEUE, STAGING_STORE } from '../shipping/shipper.service.js';
import { startupProbe } from './startup-probe.js';

/** Injection token: changes with the configured backends. */
export const BACKEND_FINGERPRINT = Symbol('backend fingerprint');

const retry = { baseMs: 500, maxMs: 5000 };

@Injectable()
export class StartupGateService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private readonly file: string;
  private state: 'waiting' | 'overdue' | 'proven';
  private problem = 'no answer yet';
  private deadline: NodeJS.Timeout | undefined;

  constructor(
    @Inject(STAGING_STORE) private readonly staging: BlobStore,
    @Inject(INTAKE_QUEUE) private readonly intake: MessageQueue,
    @Inject(BACKEND_FINGERPRINT) private readonly fingerprint: string,
    private readonly config: IngestConfig,
    private readonly logger: Logger,
    metrics: Metrics,
    health: HealthRegistry,
  ) {
    this.file = join(config.spoolDirectory, 'proven-backends');
    this.state = config.startupGate === 'off' ? 'proven' : 'waiting';
    metrics.observe('antenna.ingest.startup_gate', () => (this.state === 'proven' ? 0 : 1));
    health.addReadiness('startup_gate', () =>
      this.state === 'waiting' ? `no probe shipped yet: ${this.problem}` : undefined,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (this.state === 'proven') return;
    if ((await this.provenBefore()) === this.fingerprint) {
      this.state = 'proven';
      return;
    }
    this.logger.info('startup gate: not ready before a probe is shipped');
    this.deadline = setTimeout(() => this.giveUp(), this.config.startupGateTimeoutMs).unref();
    void this.prove();
  }

  /** A call that hangs must not delay the shutdown. */
  onModuleDestroy(): void {
    clearTimeout(this.deadline);
    this.stopping.abort();
  }

  private async prove(): Promise<void> {
    const { signal } = this.stopping;
    const probe = startupProbe(new Date());
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await this.staging.put(probe.key, probe.bytes);
        await this.announce(probe.message);
        await this.open();
        return;
      } catch (error) {
        this.failed(errorMessage(error));
      }
      await pause(retryDelayMs(attempt, retry), signal);
    }
  }

  /** @throws MessageQueueError, or an Error with the queue's code */
  private async announce(body: string): Promise<void> {
    const [result] = await this.intake.send([{ body }]);
    if (result?.ok !== true)
      throw new Error(`queue ${this.intake.name} refused the probe: ${result?.code}`);
  }

  private async open(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    clearTimeout(this.deadline);
    this.state = 'proven';
    this.logger.info('startup gate: probe shipped');
    try {
      await writeFile(this.file, this.fingerprint, { mode: 0o600 });
    } catch (error) {
      this.logger.warn('startup gate: the next start will ship a probe again', { error });
    }
  }

  private failed(problem: string): void {
    if (this.stopping.signal.aborted || problem === this.problem) return;
    this.problem = problem;
    this.logger.warn('startup gate: probe not shipped yet', { reason: problem });
  }

  /** A collector that takes reports and cannot ship them loses less than one that takes none. */
  private giveUp(): void {
    this.state = 'overdue';
    this.logger.error('startup gate: timed out; ready although no probe could be shipped', {
      reason: this.problem,
    });
  }

  private async provenBefore(): Promise<string | undefined> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (!isMissing(error)) this.logger.warn('startup gate: cannot read its file', { error });
      return undefined;
    }
  }
}
