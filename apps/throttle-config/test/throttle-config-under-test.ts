import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { loadConfig, type RunningService } from '#antenna/service';
import { type MetricsForTests, metricsForTests } from '#antenna/telemetry';
import {
  type RecordingLogger,
  recordingLogger,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { startThrottleConfig } from '../src/start-throttle-config.js';
import type { StatusAnswer } from '../src/api/status/status.dto.js';
import { RulesServiceConfig } from '../src/rules-service.config.js';

/** A running throttle-config on a free port, with its log and metrics. */
export interface ThrottleConfigUnderTest {
  readonly url: string;
  readonly service: RunningService;
  readonly logger: RecordingLogger;
  readonly telemetry: MetricsForTests;
  status(): Promise<StatusAnswer>;
  /** The names of the live rules. */
  ruleNames(): Promise<string[]>;
  /** Waits until the rules with these names are live, in this order. */
  untilLive(...names: string[]): Promise<void>;
  post(path: string, body: unknown): Promise<Response>;
}

/** Starts services for a spec, and stops and removes everything after it. */
export class ThrottleConfigs {
  private readonly running: RunningService[] = [];
  private temporary: TemporaryDirectory | undefined;

  /** A directory for this spec only. */
  async directory(): Promise<string> {
    this.temporary ??= await temporaryDirectory();
    return this.temporary.path;
  }

  /** Writes the rules file by a rename, as most editors do, and returns its path. */
  async rulesFile(text: string, name = 'ruleset.yaml'): Promise<string> {
    const file = join(await this.directory(), name);
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
    return file;
  }

  async start(env: Record<string, string> = {}): Promise<ThrottleConfigUnderTest> {
    const config = loadConfig(RulesServiceConfig, { HOST: '127.0.0.1', PORT: '0', ...env });
    const logger = recordingLogger();
    const telemetry = metricsForTests();
    const service = await startThrottleConfig({ config, logger, metrics: telemetry.metrics });
    this.running.push(service);
    return underTest(service, logger, telemetry);
  }

  async close(): Promise<void> {
    // A real shutdown also gives clients time for a last request on an idle connection.
    const open = this.running.splice(0).filter(({ app }) => app.getHttpServer().listening);
    await Promise.all(open.map(async ({ app }) => await app.close()));
    await this.temporary?.remove();
    this.temporary = undefined;
  }
}

/** The cached ruleset as JSON; waits until it exists. */
export async function cachedRuleset(file: string): Promise<string> {
  return await waitFor(async () => await readFile(file, 'utf8'), { describe: file });
}

function underTest(
  service: RunningService,
  logger: RecordingLogger,
  telemetry: MetricsForTests,
): ThrottleConfigUnderTest {
  const { url } = service;
  const ruleNames = async (): Promise<string[]> => {
    const answer = await fetch(`${url}/v1/ruleset`);
    const { rules } = (await answer.json()) as { rules: { name: string }[] };
    return rules.map(({ name }) => name);
  };
  return {
    url,
    service,
    logger,
    telemetry,
    ruleNames,
    status: async () => (await (await fetch(`${url}/v1/status`)).json()) as StatusAnswer,
    untilLive: async (...names) => {
      await waitFor(async () => (await ruleNames()).join() === names.join(), {
        describe: () => `rules ${names.join()} to be live; log: ${logger.messages.join('\n')}`,
      });
    },
    post: async (path, body) =>
      await fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
