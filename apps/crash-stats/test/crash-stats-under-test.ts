import { join } from 'node:path';

import { type BlobStore, openDirectoryBlobStore } from '#antenna/blob-store';
import {
  CrashIndex,
  type CrashSearch,
  type IndexedFacts,
  openCrashSearch,
} from '#antenna/crash-index';
import { type EmbeddedQueues, type MessageQueue, openEmbeddedQueues } from '#antenna/message-queue';
import { loadConfig, type RunningService } from '#antenna/service';
import { type MetricsForTests, metricsForTests } from '#antenna/telemetry';
import {
  type RecordingLogger,
  recordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
} from '#antenna/testing';

import type { Role } from '../src/access/viewer.js';
import { CrashStatsConfig } from '../src/crash-stats.config.js';
import { startCrashStats } from '../src/start-crash-stats.js';

export const secret = 'the secret of the proxy of the tests';

/** Crash Stats behind a proxy with a login, on a real directory store and embedded queues. */
export class CrashStatsUnderTest {
  private constructor(
    private readonly directory: TemporaryDirectory,
    private readonly queues: EmbeddedQueues,
    readonly search: CrashSearch,
    readonly crashes: BlobStore,
    readonly processing: MessageQueue,
    private readonly service: RunningService,
    readonly logger: RecordingLogger,
    readonly telemetry: MetricsForTests,
  ) {}

  /** @param adapters instead of those of its own */
  static async create(
    adapters: {
      readonly crashes?: BlobStore;
      readonly processing?: MessageQueue;
      readonly search?: CrashSearch;
      readonly submitUrl?: string;
    } = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<CrashStatsUnderTest> {
    const directory = await temporaryDirectory();
    const queues = await openEmbeddedQueues({ directory: join(directory.path, 'queues') });
    const own = await openDirectoryBlobStore({ directory: join(directory.path, 'crashes') });
    const {
      crashes = own,
      processing = queues.queue('processing'),
      search = await emptyIndex(join(directory.path, 'index.sqlite')),
    } = adapters;
    const telemetry = metricsForTests();
    const logger = recordingLogger();
    const service = await startCrashStats({
      config: loadConfig(CrashStatsConfig, {
        PORT: '0',
        AUTH: 'proxy',
        AUTH_PROXY_SECRET: secret,
        AUTH_PROXY_NETWORKS: '127.0.0.0/8',
        VIEWER_GROUPS: 'viewer',
        PROTECTED_GROUPS: 'protected',
        OPERATOR_GROUPS: 'operator',
        ...env,
      }),
      ...(adapters.submitUrl !== undefined && { submitUrl: adapters.submitUrl }),
      search,
      crashes,
      processing,
      logger,
      metrics: telemetry.metrics,
    }).catch(async (error: unknown) => {
      await queues.close();
      await directory.remove();
      throw error;
    });
    return new CrashStatsUnderTest(
      directory,
      queues,
      search,
      crashes,
      processing,
      service,
      logger,
      telemetry,
    );
  }

  get url(): string {
    return this.service.url;
  }

  async get(path: string, role: Role): Promise<Response> {
    return await fetch(this.urlOf(path), { redirect: 'manual', headers: asUser(role) });
  }

  /** The text of an answer that must have status 200. */
  async page(path: string, role: Role = 'operator'): Promise<string> {
    const answer = await this.get(path, role);
    const text = await answer.text();
    if (answer.status !== 200)
      throw new Error(`${path} is answered with ${answer.status}: ${text}`);
    return text;
  }

  /** Adds what is known of crashes to the index. */
  async index(crashes: readonly IndexedFacts[]): Promise<void> {
    const index = await CrashIndex.open(join(this.directory.path, 'index.sqlite'));
    await index.put(crashes, Date.now());
    index.close();
  }

  /** A form that is sent from a page of this service. */
  async post(path: string, role: Role, headers: Readonly<Record<string, string>> = {}) {
    return await fetch(this.urlOf(path), {
      method: 'POST',
      redirect: 'manual',
      headers: { ...asUser(role), 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  }

  /** What was sent to be processed, which is removed. */
  async sentIds(): Promise<string[]> {
    const messages = await this.processing.receive({
      max: 10,
      waitMs: 0,
      visibilityTimeoutMs: 1000,
    });
    for (const { receipt } of messages) await this.processing.delete(receipt);
    return messages.map(({ body }) => body);
  }

  /** The fields of the lines about protected data. */
  auditLines(): object[] {
    return this.logger.lines
      .filter(({ message }) => message === 'audit: protected data was read')
      .map(({ fields }) => fields);
  }

  async dispose(): Promise<void> {
    // A real shutdown also gives clients time for a last request on an idle connection.
    const { app } = this.service;
    app.getHttpServer().closeAllConnections();
    await app.close();
    await this.search.close();
    await this.queues.close();
    await this.directory.remove();
  }

  private urlOf(path: string): string {
    return `${this.service.url}${path}`;
  }
}

/** What the proxy adds to the requests of a user. */
export function asUser(role: Role): Record<string, string> {
  return {
    'x-antenna-proxy-secret': secret,
    'x-forwarded-email': `${role}@example.com`,
    'x-forwarded-groups': role,
  };
}

async function emptyIndex(path: string): Promise<CrashSearch> {
  const index = await CrashIndex.open(path);
  index.close();
  return openCrashSearch(path);
}
