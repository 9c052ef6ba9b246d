import { type SeededRandom, seededRandom } from '#antenna/crash-client';
import { defaultRemovedAnnotations } from '#antenna/crash-report';
import { CorpusOptionsError } from './corpus-options-error.js';
import type { CorpusReport, CorpusRequest } from './corpus-report.js';
import { DumpPool } from './dump-pool.js';
import { androidKinds } from './kinds/android.js';
import { namedKinds, weightedChoice } from './kinds/choose-kinds.js';
import { encodingKinds } from './kinds/encodings.js';
import { geckoDesktopKinds } from './kinds/gecko-desktop.js';
import type { Draw, Kind } from './kinds/kind.js';
import { type MalformedKind, malformedKinds } from './kinds/malformed.js';
import { otherClientKinds } from './kinds/other-clients.js';
import { ruleKinds } from './kinds/rules.js';
import { ReportWriter } from './report-writer.js';
import { defaultSizes, type SizeDistribution, sizeDistribution } from './size-distribution.js';

export interface CorpusOptions {
  /** An integer. The same options give the same reports, byte for byte, on every machine. */
  readonly seed: number;
  /** Time of the crashes; builds are a few days older. Default: now. */
  readonly now?: Date;
  /** Of the well-formed reports. What is absent has its default ({@link defaultSizes}). */
  readonly sizes?: Partial<SizeDistribution>;
  /** Share of malformed reports, from 0 to 1, if there are kinds of both. Default: 0.01. */
  readonly malformed?: number;
  /** Names of {@link corpusKinds}, or their beginnings with a `*`: `rule:*`. Default: all. */
  readonly kinds?: readonly string[];
  /** `mix`: as often as in production. `in-turn`: each kind once, also malformed ones, and again. Default: `mix`. */
  readonly order?: 'mix' | 'in-turn';
}

/** An endless sequence of reports. */
export interface ReportCorpus {
  /**
   * The report with this index, from 0 on: made alone, and again for each call. It takes 0.2 to 0.3 ms of CPU on average
   * (`time antenna corpus inspect --count 20000`): dumps share their bytes, and only `deflate`, `br`, `zstd` and malformed
   * reports are compressed anew.
   */
  at(index: number): CorpusReport;
}

const wellFormedKinds: readonly Kind[] = [
  ...geckoDesktopKinds,
  ...androidKinds,
  ...otherClientKinds,
  ...encodingKinds,
  ...ruleKinds,
];
const defaultMalformed = 0.01;
/** Malformed reports are copied several times before they are sent. */
const largestMalformed = 500_000;

/** The names of all kinds of reports. */
export const corpusKinds: readonly string[] = [...wellFormedKinds, ...malformedKinds].map(
  ({ name }) => name,
);

/**
 * Reports as crash clients send them, in a mix that resembles production, seeded. Nothing in them comes from a real
 * crash.
 * @throws CorpusOptionsError when options cannot be met
 */
export function reportCorpus(options: CorpusOptions): ReportCorpus {
  const now = options.now ?? new Date();
  const share = options.malformed ?? defaultMalformed;
  if (!(share >= 0 && share <= 1))
    throw new CorpusOptionsError(`the share of malformed reports is ${share}; it must be 0 to 1`);
  const chosen = namedKinds<Kind | MalformedKind>(
    [...wellFormedKinds, ...malformedKinds],
    options.kinds,
  );
  const kindOf = weightedChoice(chosen.filter((kind) => 'content' in kind));
  const brokenKindOf = weightedChoice(chosen.filter((kind) => 'request' in kind));
  const kindInMix = (random: SeededRandom): Kind | MalformedKind | undefined => {
    const isMalformed = random.below(1_000_000) < share * 1_000_000;
    const wanted = isMalformed ? brokenKindOf(random) : kindOf(random);
    return wanted ?? kindOf(random) ?? brokenKindOf(random);
  };
  const sizeOf = sizeDistribution({ ...defaultSizes, ...options.sizes });
  const writer = new ReportWriter(
    new DumpPool(seededRandom(options.seed)),
    new Set(defaultRemovedAnnotations),
  );

  return {
    at: (index) => {
      const seed = seedOf(options.seed, index);
      const random = seededRandom(seed);
      const draw: Draw = { random, now, seed };
      const bytes = sizeOf(random);
      const kind = options.order === 'in-turn' ? chosen[index % chosen.length] : kindInMix(random);
      if (kind !== undefined && 'content' in kind) {
        const content = kind.content(draw);
        return {
          index,
          kind: kind.name,
          ...writer.write(content, { bytes, index, now, random }),
        };
      }
      if (kind === undefined) throw new CorpusOptionsError('no kinds of reports are given');
      const minidump = writer.minidumpOf({
        bytes: Math.min(bytes, largestMalformed),
        index,
        now,
        random,
      });
      return { index, kind: kind.name, ...requestOf(kind, draw, minidump) };
    },
  };
}

function requestOf(kind: MalformedKind, draw: Draw, minidump: Buffer): CorpusRequest {
  const { headers, body } = kind.request(draw, minidump);
  return {
    headers: { 'User-Agent': 'crashreporter/1.0.0', ...headers },
    chunked: false,
    body: [body],
    bodyBytes: body.length,
    expected: undefined,
  };
}

/** Neighbouring seeds and indexes give unrelated reports (the finalizer of MurmurHash3). */
function seedOf(seed: number, index: number): number {
  let mixed = Math.imul(seed, 0x9e37_79b1) ^ Math.imul(index + 1, 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
