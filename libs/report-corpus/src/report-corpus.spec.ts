import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { mozillaRuleset } from '#antenna/bundled-rules';
import { reportField } from '#antenna/crash-report';
import { annotationsForRules, parseRuleset } from '#antenna/throttle';
import * as fc from 'fast-check';
import { gunzipSync } from 'node:zlib';
import {
  corpusKinds,
  type CorpusOptions,
  CorpusOptionsError,
  type CorpusReport,
  defaultSizes,
  type ExpectedCrash,
  reportCorpus,
  type ReportCorpus,
  type SizeDistribution,
} from './index.js';

const smallSizes: SizeDistribution = { ...defaultSizes, meanBytes: 20_000, p95Bytes: 50_000 };
const now = new Date('2026-11-20T10:00:00Z');
const wellFormed = corpusKinds.filter((kind) => !kind.startsWith('malformed:'));

/** Of small reports. */
function corpusOf(options: Partial<CorpusOptions>): ReportCorpus {
  return reportCorpus({ seed: 1, now, sizes: smallSizes, ...options });
}

function annotationsOf({ expected }: CorpusReport): ExpectedCrash['annotations'] {
  return expected?.annotations ?? {};
}

function first(kind: string): CorpusReport {
  return corpusOf({ kinds: [kind] }).at(0);
}

function digestOf({ headers, body, kind, bodyBytes }: CorpusReport): string {
  const hash = createHash('sha256').update(JSON.stringify({ headers, kind, bodyBytes }));
  for (const chunk of body) hash.update(chunk);
  return hash.digest('hex');
}

describe('reportCorpus', () => {
  it('gives the same report for the same seed and index, in any order', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat({ max: 10_000 }), (seed, index) => {
        const [one, other] = [1, 2].map(() => corpusOf({ seed }));
        other?.at(index + 1);
        expect(digestOf(other?.at(index) as CorpusReport)).toBe(
          digestOf(one?.at(index) as CorpusReport),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('has no two equal reports, within a seed and between seeds', () => {
    const digests = [1, 2].flatMap((seed) => {
      const corpus = corpusOf({ seed, malformed: 0 });
      return Array.from({ length: 300 }, (_, index) => digestOf(corpus.at(index)));
    });
    expect(new Set(digests).size).toBe(600);
  });

  it('announces the size of the body unless it is sent in chunks', () => {
    const corpus = corpusOf({ malformed: 0.5 });
    const reports = Array.from({ length: 300 }, (_, index) => corpus.at(index));
    expect(new Set(reports.map(({ chunked }) => chunked)).size).toBe(2);
    for (const { headers, chunked, body, bodyBytes } of reports) {
      expect(body.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(bodyBytes);
      expect(headers['Content-Length']).toBe(chunked ? undefined : String(bodyBytes));
    }
  });

  it('makes bodies of the wanted sizes as they are sent, compressed or not', () => {
    for (const kinds of [['firefox-*'], ['fenix', 'crashpad']]) {
      const corpus = reportCorpus({ seed: 5, now, kinds });
      const sizes = Array.from({ length: 1000 }, (_, index) => corpus.at(index).bodyBytes);
      const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
      expect(mean).toBeGreaterThan(500_000);
      expect(mean).toBeLessThan(700_000);
    }
  });

  it.each(wellFormed.filter((kind) => !kind.startsWith('encoding:')))(
    '%s is a form with the expected annotations and dumps',
    async (kind) => {
      const { headers, body, expected } = first(kind);
      const bytes = Buffer.concat(body);
      const form = await new Response(
        new Uint8Array(headers['Content-Encoding'] === 'gzip' ? gunzipSync(bytes) : bytes),
        // The parser of Node does not read unquoted names, which fenix sends.
        { headers: { 'Content-Type': headers['Content-Type'] ?? '' } },
      )
        .formData()
        .catch(() => undefined);
      if (headers['User-Agent']?.startsWith('Dalvik') === true) return;
      for (const { name, bytes: size } of expected?.dumps ?? [])
        expect(form?.get(name)).toMatchObject({ size });
      const extra = form?.get('extra') as File | null;
      const annotations = extra
        ? JSON.parse(await extra.text())
        : Object.fromEntries(
            [...(form?.entries() ?? [])].filter(([, value]) => typeof value === 'string'),
          );
      expect(annotations).toMatchObject(expected?.annotations ?? {});
      expect(Object.keys(expected?.annotations ?? {}).length).toBeGreaterThan(5);
    },
  );

  it.each([
    ['breakpad-windows', 'ExampleApp', '4.2.1'],
    ['crashpad', 'ExampleApp_Windows', '4.2.1'],
    ['electron', 'ExampleDesk', '2.9.0'],
    ['cef', 'cefexample', '138.0.7204.97'],
  ])('has reports of %s whose product, version and process are found', (kind, product, version) => {
    const annotations = annotationsOf(first(kind));
    expect(reportField('product', (name) => annotations[name])).toBe(product);
    expect(reportField('version', (name) => annotations[name])).toBe(version);
    expect(reportField('process', (name) => annotations[name])).toMatch(/^[a-z-]+$/);
  });

  it('names the same operating system in annotations and minidump', () => {
    const corpus = corpusOf({ kinds: ['firefox-*', 'thunderbird'] });
    const pairs = Array.from({ length: 60 }, (_, index) => {
      const { expected } = corpus.at(index);
      const { TelemetryEnvironment: environment } = expected?.annotations ?? {};
      const dump = Buffer.concat(expected?.dumps[0]?.chunks ?? []);
      // PlatformId of SystemInfo, the first stream.
      const platform = dump.readUInt32LE(dump.readUInt32LE(40) + 20);
      return `${platform.toString(16)} ${JSON.parse(String(environment)).system.os.name}`;
    });
    expect(new Set(pairs)).toEqual(new Set(['2 Windows_NT', '8101 Darwin', '8201 Linux']));
  });

  it('sends each kind once and again if they are wanted in turn', () => {
    const corpus = corpusOf({ order: 'in-turn' });
    const kinds = Array.from({ length: 2 * corpusKinds.length }, (_, at) => corpus.at(at).kind);
    expect(kinds).toEqual([...corpusKinds, ...corpusKinds]);
    expect(digestOf(corpus.at(0))).not.toBe(digestOf(corpus.at(corpusKinds.length)));
  });

  it('sends only the malformed share that is wanted', () => {
    const corpus = corpusOf({ seed: 2, malformed: 0.2 });
    const kinds = Array.from({ length: 1000 }, (_, index) => corpus.at(index).kind);
    const malformed = kinds.filter((kind) => kind.startsWith('malformed:')).length;
    expect(malformed).toBeGreaterThan(150);
    expect(malformed).toBeLessThan(250);
    const none = corpusOf({ seed: 2, malformed: 0 });
    expect(
      Array.from({ length: 300 }, (_, index) => none.at(index).expected).filter((e) => !e),
    ).toEqual([]);
  });

  it.each([
    [{ kinds: ['firefox-mian'] }, 'there is no kind of report that is called firefox-mian'],
    [{ malformed: 2 }, 'the share of malformed reports is 2; it must be 0 to 1'],
    [{ kinds: [] }, 'no kinds of reports are given'],
  ])('refuses %j', (options, message) => {
    const refused = (): unknown => corpusOf(options).at(0);
    expect(refused).toThrow(CorpusOptionsError);
    expect(refused).toThrow(message);
  });
});

describe('kinds for rules', () => {
  const { ruleset } = parseRuleset(mozillaRuleset);
  const rules = ruleset?.ruleNames ?? [];
  const decisionsOn = (kind: string): (string | undefined)[] => {
    const corpus = corpusOf({ kinds: [kind] });
    return Array.from({ length: 20 }, (_, index) => {
      const annotations = annotationsOf(corpus.at(index));
      const asJson = new Map(Object.entries(annotations as Record<string, string>));
      const options = { now: () => now, random: () => 0.99 };
      return ruleset?.evaluate(annotationsForRules(asJson), options).rule;
    });
  };

  it('exist for every rule, and no others', () => {
    expect(rules.length).toBeGreaterThan(10);
    expect(corpusKinds.filter((kind) => kind.startsWith('rule:'))).toEqual(
      rules.flatMap((rule) => [`rule:${rule}:match`, `rule:${rule}:no-match`]),
    );
  });

  it.each(rules)('%s decides about its match and not about its non-match', (rule) => {
    expect(new Set(decisionsOn(`rule:${rule}:match`))).toEqual(new Set([rule]));
    expect(decisionsOn(`rule:${rule}:no-match`)).not.toContain(rule);
  });
});
