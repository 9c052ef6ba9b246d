import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { loadConfig, RulesetCache } from '#antenna/service';
import { type MetricsForTests, metricsForTests } from '#antenna/telemetry';
import {
  acceptAllRuleset,
  recordingLogger,
  type RecordingLogger,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { parseRuleset } from '#antenna/throttle';

import { IngestConfig } from '../ingest.config.js';
import { LiveRuleset } from './live-ruleset.js';
import { RulesetPollerService } from './ruleset-poller.service.js';
import { VerdictCounts } from './verdict-counts.js';

const mozilla = ruleset(mozillaRuleset);
const acceptAll = ruleset(acceptAllRuleset);

describe('the ruleset poller', () => {
  let directory: TemporaryDirectory;
  let server: ThrottleConfigServer;
  let live: LiveRuleset;
  let cache: RulesetCache;
  let poller: RulesetPollerService;
  let telemetry: MetricsForTests;
  let logger: RecordingLogger;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    server = await ThrottleConfigServer.start();
    telemetry = metricsForTests({ unlisted: 'throw' });
    logger = recordingLogger();
    cache = new RulesetCache(join(directory.path, 'spool', 'ruleset.json'));
    live = new LiveRuleset(recordingLogger(), telemetry.metrics, new VerdictCounts());
    const config = loadConfig(IngestConfig, {
      THROTTLE_CONFIG_URL: server.url,
      INSTANCE_NAME: 'ingest-7',
    });
    poller = new RulesetPollerService(config, live, cache, logger, telemetry.metrics);
  });
  afterEach(async () => {
    await poller.onModuleDestroy();
    await server.stop();
    await directory.remove();
  });

  it('uses the ruleset, then each change, and caches it on disk', async () => {
    server.serve(mozilla.canonicalJson);
    poller.onApplicationBootstrap();
    await waitFor(() => live.revision === mozilla.revision);
    expect(live.decide(new Map([['ProductName', 'Unknown']])).rule).toBe('unsupported_product');

    server.serve(acceptAll.canonicalJson);
    await waitFor(() => live.revision === acceptAll.revision);
    expect(live.decide(new Map([['ProductName', 'Unknown']])).verdict).toBe('accept');
    await waitFor(async () => (await cache.read()) === acceptAll.canonicalJson);
    await waitFor(() => server.askers.at(-1)?.revision === acceptAll.revision);
    expect(server.askers.at(-1)?.instance).toBe('ingest-7');
  });

  it('uses a ruleset with keys of a newer throttle-config, says so, and caches all of it', async () => {
    const newer = acceptAll.canonicalJson.replace('"name"', '"until":"2030-01-01","name"');
    server.serve(newer);
    poller.onApplicationBootstrap();
    await waitFor(() => live.revision === acceptAll.revision);
    await waitFor(async () => (await cache.read()) === newer);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: { keys: 'rules.0.until' } }),
    );
  });

  it('keeps the ruleset when a newer one has a function that it does not know', async () => {
    live.replace(mozilla, 'bundled');
    server.serve(acceptAll.canonicalJson.replace('"match":"true"', '"match":"newer()"'));
    poller.onApplicationBootstrap();
    await waitFor(() => telemetry.value('antenna.ruleset.poll.failures'));
    expect(live.revision).toBe(mozilla.revision);
  });

  it.each([
    ['an invalid ruleset', 200, '{"apiVersion":"antenna/v1","kind":"ThrottleRuleset","rules":[]}'],
    ['no JSON', 200, 'oops'],
    ['a megabyte of text', 200, 'x'.repeat(1_100_000)],
    ['an error', 503, 'down'],
  ])('keeps the ruleset when the answer is %s, and recovers', async (_, status, body) => {
    live.replace(mozilla, 'bundled');
    server.answer(status, body);
    poller.onApplicationBootstrap();
    await waitFor(() => telemetry.value('antenna.ruleset.poll.failures'));
    expect(live.revision).toBe(mozilla.revision);

    server.serve(acceptAll.canonicalJson);
    await waitFor(() => live.revision === acceptAll.revision);
  });

  it('keeps polling while throttle-config is unavailable', async () => {
    live.replace(mozilla, 'bundled');
    await server.stop();
    poller.onApplicationBootstrap();
    await waitFor(() => telemetry.value('antenna.ruleset.poll.failures'));
    expect(live.revision).toBe(mozilla.revision);

    server = await ThrottleConfigServer.start(server.port);
    server.serve(acceptAll.canonicalJson);
    await waitFor(() => live.revision === acceptAll.revision);
  });

  it('pauses between polls even when every answer has a new ruleset', async () => {
    server.serve(mozilla.canonicalJson);
    server.forgetful = true;
    poller.onApplicationBootstrap();
    await waitFor(() => server.askers.length === 3);

    const [first, second, third] = server.askers.map(({ at }) => at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(200);
    expect((third ?? 0) - (second ?? 0)).toBeGreaterThan(200);
  });

  it('uses a ruleset that it cannot cache', async () => {
    await writeFile(join(directory.path, 'spool'), 'a file where the folder should be');
    server.serve(acceptAll.canonicalJson);
    poller.onApplicationBootstrap();
    await waitFor(() => live.revision === acceptAll.revision);
    expect(await cache.read().catch(() => undefined)).toBeUndefined();
  });
});

function ruleset(yaml: string) {
  const { ruleset: parsed } = parseRuleset(yaml);
  if (!parsed) throw new Error('a bundled ruleset is not valid');
  return parsed;
}

/** The API of throttle-config that ingest uses: a long poll with an etag. */
class ThrottleConfigServer {
  readonly askers: {
    readonly instance: string | undefined;
    readonly revision: string | undefined;
    readonly at: number;
  }[] = [];
  /** Answers every request at once, like two replicas with different revisions. */
  forgetful = false;
  private current = { status: 503, body: 'not ready', etag: '"0"' };
  private readonly waiting = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      this.askers.push({
        instance: request.headers['x-antenna-instance']?.toString(),
        revision: request.headers['x-antenna-revision']?.toString(),
        at: performance.now(),
      });
      const isKnown = request.headers['if-none-match'] === this.current.etag;
      if (isKnown && !this.forgetful) this.waiting.add(response);
      else this.reply(response);
    });
  }

  static async start(port = 0): Promise<ThrottleConfigServer> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new ThrottleConfigServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo | null)?.port ?? this.lastPort;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  private lastPort = 0;

  serve(json: string): void {
    this.answer(200, json);
  }

  answer(status: number, body: string): void {
    this.current = { status, body, etag: `"${body.length}-${status}"` };
    for (const response of this.waiting) this.reply(response);
    this.waiting.clear();
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.lastPort = this.port;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private reply(response: ServerResponse): void {
    response.writeHead(this.current.status, { etag: this.current.etag });
    response.end(this.current.body);
  }
}
