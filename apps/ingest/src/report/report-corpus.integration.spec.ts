import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { mozillaRuleset } from '#antenna/bundled-rules';
import { corpusKinds, type CorpusReport, reportCorpus } from '#antenna/report-corpus';
import { type RawExchange, requestBytes } from '#antenna/testing';

import { type IngestInTest, startIngestInTest } from '../../test/ingest-in-test.js';
import { chunked } from '../../test/raw-post.js';

const sizes = { meanBytes: 100_000, p95Bytes: 250_000 };
const wellFormed = corpusKinds.filter((kind) => !kind.startsWith('malformed:'));
const malformed = corpusKinds.filter((kind) => kind.startsWith('malformed:'));

const corpusOf = (kind: string) => reportCorpus({ seed: 13, sizes, kinds: [kind] });

const chunkedHeaders = { headers: { 'Transfer-Encoding': 'chunked' } };

interface Sent {
  readonly answer: RawExchange;
  readonly outcome: string;
}

async function send(ingest: IngestInTest, report: CorpusReport): Promise<Sent> {
  const body = Buffer.concat(report.body);
  return await ingest.exchange(
    report.chunked
      ? requestBytes({ headers: report.headers, body: chunked(body, 8000) }, chunkedHeaders)
      : requestBytes({ headers: report.headers, body }),
  );
}

describe('representative reports', () => {
  let ingest: IngestInTest;
  beforeAll(async () => {
    ingest = await startIngestInTest();
  });
  afterAll(async () => {
    await ingest.close();
  });

  it.each(wellFormed)('%s is stored as it is expected', async (kind) => {
    const corpus = corpusOf(kind);
    for (const index of [0, 1, 2]) {
      const report = corpus.at(index);
      const { answer, outcome } = await send(ingest, report);
      expect(outcome).toBe('accepted');
      const stored = await ingest.stored(answer);
      expect(stored.annotations).toEqual(report.expected?.annotations);
      expect([...stored.dumps].map(([name, dump]) => [name, sha256([dump])])).toEqual(
        report.expected?.dumps.map(({ name, chunks }) => [name, sha256(chunks)]),
      );
      expect(stored.notes.filter((note) => !note.startsWith('Removed '))).toEqual([]);
    }
  });

  it.each(malformed)('%s is not answered with 5xx', async (kind) => {
    const corpus = corpusOf(kind);
    for (let index = 0; index < 5; index += 1) {
      const { answer, outcome } = await send(ingest, corpus.at(index));
      expect(answer.status).toBeLessThan(500);
      // A mutated report may be well-formed.
      expect(outcome).toMatch(kind.includes('mutated') ? /./ : /^(malformed|unauthorized)/);
    }
  });
});

describe('representative reports under the rules of Mozilla', () => {
  // A rule that lets a share of its reports continue would leave their verdict to a later rule.
  const rules = mozillaRuleset.replaceAll(
    /percent: \d+, within: continue/g,
    'percent: 0, within: continue',
  );
  let ingest: IngestInTest;
  beforeAll(async () => {
    ingest = await startIngestInTest({ rules });
  });
  afterAll(async () => {
    await ingest.close();
  });

  const matching = wellFormed.filter((kind) => kind.endsWith(':match'));

  it('exist', () => {
    expect(matching.length).toBeGreaterThan(10);
    expect(rules).not.toBe(mozillaRuleset);
  });

  it.each(matching)('%s is decided by the rule', async (kind) => {
    const rule = kind.split(':')[1];
    const sent = await send(ingest, corpusOf(kind).at(0));
    const refused = /^Discarded=rule_(.*)$/.exec(sent.answer.body)?.[1];
    expect(refused ?? (await ruleOfAccepted(sent))).toBe(rule);
  });

  const ruleOfAccepted = async ({ answer, outcome }: Sent): Promise<unknown> => {
    // Stored nowhere, and b2g is the only rule with this result.
    if (outcome.startsWith('fake')) return 'b2g';
    return (await ingest.stored(answer)).metadata['throttle_rule'];
  };
});

function sha256(chunks: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
