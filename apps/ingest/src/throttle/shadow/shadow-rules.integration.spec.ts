import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import {
  aReport,
  acceptAllRuleset,
  type ScriptedServer,
  startScriptedServer,
  waitFor,
} from '#antenna/testing';
import { parseRuleset, type ShadowNotice } from '#antenna/throttle';

import { type IngestInTest, startIngestInTest } from '../../../test/ingest-in-test.js';
import { ShadowRules } from './shadow-rules.service.js';

const draft = parseRuleset(`apiVersion: antenna/v1
kind: ThrottleRuleset
rules:
  - { name: no_firefox, match: get("ProductName") == "Firefox", result: reject }
  - { name: fails, match: int(get("ProductName")) > 1, result: accept }
  - { name: others, match: "true", result: accept }
`).ruleset;

const id = '20261129T120000000Z-00000001';
const older = '20261129T110000000Z-00000001';
const { signal } = new AbortController();

let ingest: IngestInTest;
let replica: ScriptedServer;
let rules: ShadowRules;

beforeEach(async () => {
  replica = await startScriptedServer();
  replica.script((response) => response.end(draft?.canonicalJson));
  ingest = await startIngestInTest({ rules: acceptAllRuleset });
  rules = ingest.service.app.get(ShadowRules);
});
afterEach(async () => {
  await ingest.close();
  await replica.stop();
});

function notice(part: Partial<NonNullable<ShadowNotice['running']>> = {}): ShadowNotice {
  const revision = draft?.revision ?? '';
  return { running: { id, revision, ageMs: 0, remainingMs: 60_000, ...part } };
}

async function heard(answer: ShadowNotice): Promise<void> {
  await rules.heard(replica.url, answer, rules.report(), signal);
}

async function submit(product: string): Promise<string> {
  const report = aReport().withAnnotation('ProductName', product);
  return (await ingest.submit(report)).outcome;
}

describe('a draft in ingest', () => {
  it('is evaluated beside the live rules, and decides nothing', async () => {
    await heard(notice());
    expect(await ingest.telemetry.value('antenna.throttle.shadow_running')).toBe(1);
    expect(await submit('Firefox')).toBe('accepted');
    expect(await submit('Fenix')).toBe('accepted');
    expect(await submit('<script>')).toBe('accepted');
    await waitFor(() => rules.report()?.evaluated === 3);

    expect(rules.report()).toMatchObject({
      id,
      revision: draft?.revision,
      reports: 3,
      verdicts: { accept: { reject: 1, accept: 2 } },
      decided: { no_firefox: 1, others: 2 },
      errors: { fails: 2 },
      products: [
        { product: 'Firefox', channel: 'nightly', verdicts: { accept: { reject: 1 } } },
        { product: 'Fenix', channel: 'nightly', verdicts: { accept: { accept: 1 } } },
        { product: 'other', channel: 'nightly', verdicts: { accept: { accept: 1 } } },
      ],
    });
    const changed = { result: 'changed' };
    expect(await ingest.telemetry.value('antenna.throttle.shadow_reports', changed)).toBe(1);
    expect(ingest.logger.messages).toContain('shadow rules started');
  });

  it('ends when its time is over, without throttle-config', async () => {
    await heard(notice({ remainingMs: 100 }));
    await waitFor(() => !rules.running);
    await submit('Firefox');

    expect(rules.report()).toMatchObject({ ended: 'expired', reports: 0 });
    expect(await ingest.telemetry.value('antenna.throttle.shadow_running')).toBe(0);
    expect(ingest.logger.messages).toContain('shadow rules ended');
    await heard(notice());
    expect(rules.running).toBeUndefined();
  });

  it('ends when a replica says that it was stopped, and keeps its counts', async () => {
    await heard(notice());
    await submit('Firefox');
    await waitFor(() => rules.report()?.evaluated === 1);
    await heard({ ended: 'stopped' });

    expect(rules.report()).toMatchObject({ ended: 'stopped', reports: 1 });
  });

  it('ends when no replica that answers confirms it', async () => {
    await heard(notice());
    rules.heardAll([], rules.report());
    rules.heardAll([{}, notice()], rules.report());
    expect(rules.running?.id).toBe(id);
    rules.heardAll([{}], rules.report());

    expect(rules.report()?.ended).toBe('restarted');
  });

  it('is replaced by one that started earlier, not by one that started later', async () => {
    await heard(notice());
    await heard(notice({ id: older }));
    await heard(notice());

    expect(rules.report()).toMatchObject({ id: older });
    expect(rules.running?.id).toBe(older);
  });

  it('is fetched from another replica if the first one does not have it', async () => {
    replica.script(
      (response) => response.writeHead(404).end(),
      (response) => response.end(draft?.canonicalJson),
    );
    await heard(notice());
    expect(rules.running).toBeUndefined();
    await heard(notice());
    expect(rules.running?.id).toBe(id);
  });

  it.each([
    ['JSON', 'oops'],
    ['a ruleset', '{"apiVersion":"antenna/v1","kind":"ThrottleRuleset","rules":[]}'],
    ['the draft', parseRuleset(acceptAllRuleset).ruleset?.canonicalJson],
  ])('is not used and not fetched again if it is not %s', async (_, body) => {
    replica.script((response) => response.end(body));
    await heard(notice());
    await heard(notice());

    expect(rules.running).toBeUndefined();
    expect(replica.requests).toHaveLength(1);
    expect(ingest.logger.messages).toContain('shadow rules cannot be used');
  });
});
