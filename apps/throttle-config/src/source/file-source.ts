/**
 * Follows a file that holds the ruleset, whichever way it is edited: written in place, replaced by a rename, or
 * reached through a symbolic link that is swapped (as kubelet does with a mounted ConfigMap).
 *
 * What decides is a look at the file itself, several times a second; events of its directory only make the next look
 * come sooner. A file that changes is read when it has been still for a moment: an editor that writes in place passes
 * through states that are valid but not meant.
 */
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { errorMessage, isError } from '#antenna/telemetry';
import { rulesetLimits } from '#antenna/throttle';

import { DirectoryEvents } from './directory-events.js';
import type { RulesetSink, RulesetSource } from '../ruleset/ruleset-source.js';

const lookEveryMs = 250;
const stillForMs = 100;
/** A file that never comes to rest is read all the same. */
const maxStillRounds = 20;

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

  async start(sink: RulesetSink): Promise<void> {
    await this.look(sink, await this.fingerprint(sink));
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
      await this.events.next(lookEveryMs, this.stopped.signal);
      const now = await this.fingerprint(sink);
      if (now === undefined) this.seen = undefined;
      else if (now === this.seen) sink.reached();
      else await this.look(sink, await this.whenStill(now, sink));
    }
  }

  private async whenStill(first: string, sink: RulesetSink): Promise<string | undefined> {
    let last: string | undefined = first;
    for (let round = 0; round < maxStillRounds && !this.stopped.signal.aborted; round += 1) {
      await wait(stillForMs);
      const now = await this.fingerprint(sink);
      if (now === last) return now;
      last = now;
    }
    return last;
  }

  /** Reads and offers the file; a change meanwhile is noticed at the next look, because `seen` is older than it. */
  private async look(sink: RulesetSink, fingerprint: string | undefined): Promise<void> {
    if (fingerprint === undefined || this.stopped.signal.aborted) return;
    try {
      const text = await readAtMost(this.file, rulesetLimits.documentBytes + 1);
      this.seen = fingerprint;
      sink.offer(text);
      sink.reached();
    } catch (error) {
      sink.unavailable(this.problem(error));
    }
  }

  /** What changes whenever the file does; undefined, and told, when it is not there. */
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
    const code = isError(error) && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return `there is no file ${this.name}`;
    return code === 'EISDIR'
      ? `${this.name} is a directory; RULES_FILE names a file`
      : `cannot read ${this.name}: ${errorMessage(error)}`;
  }
}

/** One byte over the limit is enough for the validator to refuse a document that is too long. */
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
