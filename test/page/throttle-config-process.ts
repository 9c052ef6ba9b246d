import { rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

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

  static async start(rules: string): Promise<ThrottleConfigProcess> {
    const directory = await temporaryDirectory();
    const port = await freePort();
    await writeFile(join(directory.path, 'ruleset.yaml'), rules);
    const process = await startProcess([entry], {
      env: {
        HOST: '127.0.0.1',
        PORT: String(port),
        RULES_FILE: join(directory.path, 'ruleset.yaml'),
        LOG_FORMAT: 'json',
      },
    });
    await process.waitForLine('listening on');
    return new ThrottleConfigProcess(`http://127.0.0.1:${port}`, directory, process);
  }

  /** Replaces the rules file by a rename, as most editors do. */
  async edit(rules: string): Promise<void> {
    const file = join(this.directory.path, 'ruleset.yaml');
    await writeFile(`${file}.new`, rules);
    await rename(`${file}.new`, file);
  }

  async revision(): Promise<string> {
    const answer = await fetch(`${this.url}/v1/ruleset`);
    return (answer.headers.get('etag') ?? '').replaceAll('"', '');
  }

  /** Sends the report of an ingest instance. */
  async report(instance: string, rules: object): Promise<void> {
    const answer = await fetch(`${this.url}/v1/ingest-reports`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ instance, revision: await this.revision(), rules }),
    });
    if (!answer.ok) throw new Error(`the report was answered ${answer.status}`);
  }

  async stop(): Promise<void> {
    await this.process.stop();
    await this.directory.remove();
  }
}
