/** The services as processes with the same backend. */
import { join, resolve } from 'node:path';

import { freePort, type RunningProcess, startProcess } from '#antenna/testing';

const dist = resolve(import.meta.dirname, '../../dist/apps');

export type ServiceName = 'ingest' | 'crashmover' | 'throttle-config' | 'processor';

export class SeparateServices {
  private readonly processes = new Map<ServiceName, RunningProcess>();

  private constructor(
    readonly ports: Readonly<Record<ServiceName, number>>,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async in(
    dataDirectory: string,
    settings: Readonly<Record<string, string>>,
  ): Promise<SeparateServices> {
    const ports = {
      ingest: await freePort(),
      crashmover: await freePort(),
      'throttle-config': await freePort(),
      processor: await freePort(),
    };
    return new SeparateServices(ports, {
      HOST: '127.0.0.1',
      ANTENNA_DATA_DIR: dataDirectory,
      SPOOL_DIR: join(dataDirectory, 'spool'),
      SYMBOL_CACHE_DIR: join(dataDirectory, 'symbol-cache'),
      THROTTLE_CONFIG_URL: `http://127.0.0.1:${ports['throttle-config']}`,
      ...settings,
    });
  }

  address(service: ServiceName): string {
    return `http://127.0.0.1:${this.ports[service]}`;
  }

  running(service: ServiceName): RunningProcess {
    const found = this.processes.get(service);
    if (!found) throw new Error(`${service} is not running`);
    return found;
  }

  async start(...services: readonly ServiceName[]): Promise<void> {
    for (const service of services) {
      const env = { ...this.env, PORT: String(this.ports[service]) };
      const child = await startProcess([join(dist, service, 'src/main.js')], { env });
      this.processes.set(service, child);
      await child.waitForLine('"message":"listening on', { timeoutMs: 30_000 });
    }
  }

  async kill(service: ServiceName): Promise<void> {
    this.running(service).kill('SIGKILL');
    await this.running(service).exit;
    this.processes.delete(service);
  }

  /** SIGKILL for all. */
  async end(): Promise<void> {
    for (const service of this.processes.keys()) await this.kill(service);
  }
}
