import { execFile } from 'node:child_process';
import { mkdtemp, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import {
  freePort,
  type RunningProcess,
  startProcess,
  type TemporaryDirectory,
  temporaryDirectory,
} from '#antenna/testing';

const entry = resolve(import.meta.dirname, '../../dist/apps/throttle-config/src/main.js');

/** The built throttle-config with its own rules file. */
export class ThrottleConfigProcess {
  private constructor(
    readonly url: string,
    private readonly directory: TemporaryDirectory,
    private readonly process: RunningProcess,
  ) {}

  /** @param history what another process has recorded, such as the names of authors */
  static async start(
    rules: string,
    history: readonly object[] = [],
  ): Promise<ThrottleConfigProcess> {
    const directory = await temporaryDirectory();
    const port = await freePort();
    await writeFile(join(directory.path, 'ruleset.yaml'), rules);
    const recorded = gzipSync(JSON.stringify(history));
    await writeFile(join(directory.path, 'ruleset-history.json.gz'), recorded);
    const process = await startProcess([entry], {
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        RULES_FILE: join(directory.path, 'ruleset.yaml'),
        RULES_CACHE_FILE: join(directory.path, 'cache.json'),
        LOG_FORMAT: 'json',
      },
    });
    await process.waitForLine('listening on', { timeoutMs: 30_000 });
    return new ThrottleConfigProcess(`http://127.0.0.1:${port}`, directory, process);
  }

  /** Replaces the rules file by a rename, as most editors do. */
  async edit(rules: string): Promise<void> {
    const file = join(this.directory.path, 'ruleset.yaml');
    await writeFile(`${file}.new`, rules);
    await rename(`${file}.new`, file);
  }

  /** Runs commands that the page shows, in an empty directory. */
  async shell(commands: string): Promise<void> {
    const cwd = await mkdtemp(join(this.directory.path, 'shell-'));
    await promisify(execFile)('sh', ['-ec', commands], { cwd });
  }

  async revision(): Promise<string> {
    const answer = await fetch(`${this.url}/v1/ruleset`);
    return (answer.headers.get('etag') ?? '').replaceAll('"', '');
  }

  /** Sends the report of an ingest instance. */
  async report(instance: string, rules: object): Promise<void> {
    await this.post({ instance, revision: await this.revision(), rules });
  }

  /** Sends counts of the draft that is being tried. */
  async reportShadow(counts: object): Promise<void> {
    const status = await fetch(`${this.url}/v1/shadow`);
    const { run } = (await status.json()) as { run: { id: string; revision: string } };
    await this.post({
      instance: 'ingest-0',
      boot: '0123456789abcdef',
      rules: {},
      revision: await this.revision(),
      shadow: { id: run.id, revision: run.revision, ageMs: 0, remainingMs: 60_000, ...counts },
    });
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await this.directory.remove();
  }

  private async post(report: object): Promise<void> {
    const answer = await fetch(`${this.url}/v1/ingest-reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(report),
    });
    if (!answer.ok)
      throw new Error(`the report was answered ${answer.status}: ${await answer.text()}`);
  }
}
