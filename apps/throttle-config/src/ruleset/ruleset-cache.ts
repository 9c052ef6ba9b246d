import { readFile, rename, rm, writeFile } from 'node:fs/promises';

import { isError } from '#antenna/telemetry';
import { parseCanonicalRuleset } from '#antenna/throttle';

import { type AcceptedRuleset, acceptRuleset } from './accepted-ruleset.js';

/**
 * The last accepted ruleset on disk, for a start at which the source is away or holds an invalid one.
 *
 * The file is JSON, `{"acceptedAt": …, "ruleset": …}`, and it is validated like any other when it is read.
 */
export class RulesetCache {
  private readonly draft: string;

  constructor(private readonly file: string) {
    this.draft = `${file}.new`;
  }

  /**
   * The cached ruleset; undefined when there is none.
   * @throws Error when the file is there but cannot be used
   */
  async load(): Promise<AcceptedRuleset | undefined> {
    const text = await this.read();
    if (text === undefined) return undefined;
    const { acceptedAt, ruleset } = JSON.parse(text) as { acceptedAt?: string; ruleset?: unknown };
    const parsed = parseCanonicalRuleset(JSON.stringify(ruleset ?? null));
    const at = new Date(acceptedAt ?? Number.NaN);
    const accepted = acceptRuleset(parsed, { origin: 'cache', acceptedAt: at });
    if (!accepted || Number.isNaN(at.getTime()))
      throw new Error(`${this.file} does not hold a ruleset: ${parsed.errors[0]?.message ?? ''}`);
    return accepted;
  }

  /** Replaces the file in one step: a reader sees the old or the new one. */
  async store({ acceptedAt, json }: AcceptedRuleset): Promise<void> {
    await writeFile(this.draft, `{"acceptedAt":"${acceptedAt.toISOString()}","ruleset":${json}}\n`);
    await rename(this.draft, this.file);
  }

  /** For a start: removes what a process left that was killed while it wrote. */
  async sweep(): Promise<void> {
    await rm(this.draft, { force: true });
  }

  private async read(): Promise<string | undefined> {
    try {
      return await readFile(this.file, 'utf8');
    } catch (error) {
      if (isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
