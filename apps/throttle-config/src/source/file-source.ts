import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { errorMessage, systemCode } from '#antenna/errors';
import { rulesetLimits } from '#antenna/throttle';

import { DirectoryEvents } from './directory-events.js';
import type { RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';

const checkEveryMs = 250;
const unchangedForMs = 100;
/** A file that never stops changing is read after this many rounds. */
const maxRounds = 20;

/**
 * Follows a file that holds the ruleset and can be edited in any way: written in place, replaced by a rename, or reached
 * through a symbolic link that is swapped (as kubelet does with a mounted ConfigMap).
 *
 * The file itself is checked several times a second; events of its directory only make the next check come sooner. A
 * changed file is read after it has been unchanged for a moment: an editor that writes in place leaves intermediate
 * states, which may be valid but are not intended.
 */
export class FileSource implements RulesetSource {
  readonly kind = 'file';
  readonly name: string;
  private readonly file: string;
  private readonly events: DirectoryEvents;
  private readonly stopped = new AbortController();
  private seen: string | undefined;
  private following: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.file = resolve(file);
    this.name = file;
    this.events = new DirectoryEvents(this.file);
  }

  commandToApply(file: string): string {
    return `cp ${file} ${quoted(this.file)}`;
  }

  async start(sink: RulesetSink): Promise<void> {
    await this.read(sink, await this.fingerprint(sink));
    this.following = this.follow(sink);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    this.events.close();
    await this.following;
  }

  private async follow(sink: RulesetSink): Promise<void> {
    while (!this.stopped.signal.aborted) {
      this.events.open();
      await this.events.next(checkEveryMs, this.stopped.signal);
      const now = await this.fingerprint(sink);
      if (now === undefined) this.seen = undefined;
      else if (now === this.seen) sink.reached();
      else await this.read(sink, await this.whenUnchanged(now, sink));
    }
  }

  private async whenUnchanged(first: string, sink: RulesetSink): Promise<string | undefined> {
    let last: string | undefined = first;
    for (let round = 0; round < maxRounds && !this.stopped.signal.aborted; round += 1) {
      await wait(unchangedForMs);
      const now = await this.fingerprint(sink);
      if (now === last) return now;
      last = now;
    }
    return last;
  }

  /** Reads and applies the file. The next check notices a change during the read, because `seen` is older. */
  private async read(sink: RulesetSink, fingerprint: string | undefined): Promise<void> {
    if (fingerprint === undefined || this.stopped.signal.aborted) return;
    try {
      const document = await readAtMost(this.file, rulesetLimits.documentBytes + 1);
      this.seen = fingerprint;
      sink.apply(document);
      sink.reached();
    } catch (error) {
      sink.unavailable(this.problem(error));
    }
  }

  /** A string that changes whenever the file does; undefined, and reported to the sink, if the file is missing. */
  private async fingerprint(sink: RulesetSink): Promise<string | undefined> {
    try {
      const { dev, ino, size, mtimeNs, ctimeNs } = await stat(this.file, { bigint: true });
      return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
    } catch (error) {
      sink.unavailable(this.problem(error));
      return undefined;
    }
  }

  private problem(error: unknown): string {
    const code = systemCode(error);
    if (code === 'ENOENT') return `there is no file ${this.name}`;
    if (code === 'EISDIR') return `${this.name} is a directory; set RULES_FILE to a file`;
    return `cannot read ${this.name}: ${errorMessage(error)}`;
  }
}

/** The caller reads one byte more than the limit, so that the validator refuses a document that is too long. */
async function readAtMost(file: string, bytes: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, bytes - length, length);
      length += bytesRead;
      if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    }
  } finally {
    await handle.close();
  }
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
