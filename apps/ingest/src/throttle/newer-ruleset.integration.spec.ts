import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  CrashReport,
  type ScriptedServer,
  startScriptedServer,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';

/** As throttle-config of a later version serves it. */
const newer = JSON.stringify({
  apiVersion: 'antenna/v1',
  kind: 'ThrottleRuleset',
  lists: {},
  owners: { old: 'somebody' },
  rules: [
    {
      name: 'old',
      match: 'product() == "App" && version() == "1.2"',
      result: 'reject',
      stopSending: true,
      until: '2040-01-01',
    },
    { name: 'others', match: 'true', result: 'accept' },
  ],
});
const old = new CrashReport().withAnnotations({ prod: 'App', ver: '1.2' });
const rejection = 'Discarded=rule_old\nStopSendingReportsFor=1.2\n';

describe('an ingest that is older than throttle-config', () => {
  let directory: TemporaryDirectory;
  let server: ScriptedServer;
  let ingest: IngestInTest | undefined;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    server = await startScriptedServer();
  });
  afterEach(async () => {
    await ingest?.close();
    await directory.remove();
  });

  it('uses rules with keys that it does not know, also after a restart without throttle-config', async () => {
    server.script(
      (response) => response.writeHead(200, { etag: '"newer"' }).end(newer),
      (response) => response.writeHead(304).end(),
    );
    const env = { THROTTLE_CONFIG_URL: server.url };
    const first = (ingest = await startIngestInTest({ directory: directory.path, env }));
    await waitFor(() =>
      first.logger.lines.find(({ fields }) => fields['source'] === 'throttle-config'),
    );
    expect((await first.submit(old)).answer.body).toBe(rejection);
    expect(first.logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', fields: { keys: 'owners, rules.0.until' } }),
    );

    await first.close();
    await server.stop();
    const second = (ingest = await startIngestInTest({ directory: directory.path, env }));
    expect(second.logger.lines.map(({ fields }) => fields['source'])).toContain('cache');
    expect((await second.submit(old)).answer.body).toBe(rejection);
  });
});
