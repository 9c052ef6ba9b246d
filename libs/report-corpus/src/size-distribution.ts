import type { SeededRandom } from '#antenna/crash-client';
import { CorpusOptionsError } from './corpus-options-error.js';

/** Sizes of request bodies as sent, in bytes. */
export interface SizeDistribution {
  readonly meanBytes: number;
  /** 95 % of the bodies are smaller. */
  readonly p95Bytes: number;
  /** The largest body, at least twice `p95Bytes`. */
  readonly maxBytes: number;
}

/** As Mozilla's collectors see them; a few in 10,000 exceed 20 MB. The largest fits ingest's MAX_PAYLOAD. */
export const defaultSizes: SizeDistribution = {
  meanBytes: 600_000,
  p95Bytes: 1_500_000,
  maxBytes: 26_000_000,
};

/** Share of the bodies that come from the tail. */
const tailShare = 0.02;
/** Where the tail starts, in multiples of the 95th percentile: all of it is above. */
const tailStart = 1.2;
/**
 * The standard normal quantile of the share of the rest that is below the 95th percentile:
 * 1 - (0.05 - tailShare) / (1 - tailShare).
 */
const bodyQuantile = 1.871_870_730_867_244_6;

/**
 * A log-normal distribution with a Pareto tail (shape 1) that is cut at the maximum, solved from mean and 95th
 * percentile.
 * @returns draws one size, in bytes
 * @throws CorpusOptionsError if no such distribution exists
 */
export function sizeDistribution(sizes: SizeDistribution): (random: SeededRandom) => number {
  const { meanBytes, p95Bytes, maxBytes } = sizes;
  if (maxBytes < 2 * p95Bytes) {
    throw new CorpusOptionsError(
      `the maximum size of ${maxBytes} bytes must be at least twice the 95th percentile of ${p95Bytes} bytes`,
    );
  }
  const tailFrom = tailStart * p95Bytes;
  const tailMean = ((tailFrom * maxBytes) / (maxBytes - tailFrom)) * Math.log(maxBytes / tailFrom);
  const bodyMean = (meanBytes - tailShare * tailMean) / (1 - tailShare);
  // A log-normal distribution has ln(p95 / mean) = z * sigma - sigma² / 2.
  const spread = Math.log(p95Bytes / bodyMean);
  const greatestSpread = bodyQuantile ** 2 / 2;
  if (!(spread > 0 && spread <= greatestSpread)) {
    const meanFor = (wanted: number): number =>
      (1 - tailShare) * p95Bytes * Math.exp(-wanted) + tailShare * tailMean;
    throw new CorpusOptionsError(
      `the mean size of ${meanBytes} bytes does not go with 95 % below ${p95Bytes} bytes and none above ${maxBytes}: it must be between ${Math.ceil(meanFor(greatestSpread))} and ${Math.floor(meanFor(0))}`,
    );
  }
  const sigma = bodyQuantile - Math.sqrt(bodyQuantile ** 2 - 2 * spread);
  const mu = Math.log(bodyMean) - sigma ** 2 / 2;

  return (random) => {
    if (uniform(random) < tailShare) {
      const beyond = uniform(random) * (1 - tailFrom / maxBytes);
      return Math.round(tailFrom / (1 - beyond));
    }
    const size = Math.exp(mu + sigma * standardNormal(random));
    return Math.min(maxBytes, Math.round(size));
  };
}

/** Between 0 and 1, without both. */
function uniform(random: SeededRandom): number {
  return (random.below(2 ** 32) + 0.5) / 2 ** 32;
}

/** Box and Muller. */
function standardNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(uniform(random))) * Math.cos(2 * Math.PI * uniform(random));
}
