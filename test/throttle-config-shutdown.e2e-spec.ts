import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  acceptAllRuleset,
  parsePrometheusText,
  temporaryDirectory,
  type TemporaryDirectory,
  waitFor,
} from '#antenna/testing';
import { mozillaRuleset } from '#antenna/bundled-rules';

import { SeparateServices } from './observability/separate-services.js';

/** Ingest and the spec wait for a change of the rules when throttle-config is stopped. */
describe('throttle-config, stopped while clients wait for a change', () => {
  let directory: TemporaryDirectory;
  let rulesFile: string;
  let services: SeparateServices;

  beforeEach(async () => {
    directory = await temporaryDirectory();
    rulesFile = join(directory.path, 'ruleset.yaml');
    await writeFile(rulesFile, mozillaRuleset);
    services = await SeparateServices.in(directory.path, { RULES_FILE: rulesFile });
    await services.start('throttle-config', 'ingest');
    await waitFor(async () => (await revisionOfIngest()) === (await liveRevision()));
  });

  afterEach(async () => {
    await services.end();
    await directory.remove();
  });

  it('answers them and exits with 0; ingest keeps its rules and polls the next process', async () => {
    const revision = await liveRevision();
    const events: string[] = [];
    const poll = async (): Promise<void> => {
      const known = { 'if-none-match': `"${revision}"` };
      const { status, headers } = await fetch(`${rulesetUrl()}?wait=60s`, { headers: known });
      events.push(`answered ${status}, connection: ${headers.get('connection')}`);
    };
    const answered = poll();
    await waitFor(async () => (await gauge('antenna_throttle_config_waiting_polls')) === 2);
    const stopped = services.running('throttle-config');
    stopped.kill('SIGTERM');
    const { code, signal } = await stopped.exit;
    events.push(`ended with ${code ?? signal}`);
    await answered;

    expect(events).toEqual(['answered 304, connection: close', 'ended with 0']);
    expect(stopped.lines).not.toEqual([]);
    expect(stopped.lines.filter((line) => line.includes('still busy'))).toEqual([]);
    await services.running('ingest').waitForLine('throttle-config is unavailable');
    expect(await revisionOfIngest()).toBe(revision);

    await writeFile(rulesFile, acceptAllRuleset);
    await services.start('throttle-config');
    const next = await liveRevision();
    expect(next).not.toBe(revision);
    await waitFor(async () => (await revisionOfIngest()) === next, { timeoutMs: 20_000 });
  });

  function rulesetUrl(): string {
    return `${services.address('throttle-config')}/v1/ruleset`;
  }

  async function liveRevision(): Promise<string> {
    const answer = await fetch(rulesetUrl());
    return (answer.headers.get('etag') ?? '').replaceAll('"', '');
  }

  async function revisionOfIngest(): Promise<string | undefined> {
    const { samples = [] } = (await metricsOf('ingest')).get('antenna_ruleset_info') ?? {};
    return samples.map(({ labels }) => labels['revision']).join();
  }

  async function gauge(name: string): Promise<number | undefined> {
    return (await metricsOf('throttle-config')).get(name)?.samples[0]?.value;
  }

  async function metricsOf(service: 'ingest' | 'throttle-config') {
    return parsePrometheusText(await (await fetch(`${services.address(service)}/metrics`)).text());
  }
});
