import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/** A second collector, to compare ours with. */
export interface Predecessor {
  /** Where crash reports go. */
  readonly url: string;
  stop(): Promise<void>;
}

/** `TelemetrySessionId` is missing on purpose. */
const removed = ['Email', 'TelemetryClientId', 'TelemetryServerURL'];

/**
 * Starts a collector of the kind that this one replaces: it shares no code with ours, accepts every multipart report
 * after gunzip, and stores it in a directory as `YYYYMMDD/raw_crash/<id>.json`, after it has answered. It differs from
 * ours in what a comparison must find: it keeps `TelemetrySessionId`, adds `legacy_processing`, stores
 * `payload_compressed` as a number, and has neither `payload_size` nor `dump_filenames`. Its checksums are MD5, which
 * is no difference.
 */
export async function startPredecessor(directory: string, port = 0): Promise<Predecessor> {
  await mkdir(directory, { recursive: true });
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    void collect(directory, request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/submit`,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function collect(
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const crash = await receive(request).catch(() => undefined);
  if (crash === undefined) {
    response.writeHead(400).end('Discarded=malformed_invalid_payload_structure');
    return;
  }
  response.end(`CrashID=bp-${crash.crashId}\n`);
  await save(directory, crash);
}

interface ReceivedCrash {
  readonly crashId: string;
  readonly rawCrash: object;
  readonly dumps: ReadonlyMap<string, Buffer>;
}

async function receive(request: IncomingMessage): Promise<ReceivedCrash> {
  const wire = await buffer(request);
  const isGzip = request.headers['content-encoding'] === 'gzip';
  const body = new Uint8Array(isGzip ? gunzipSync(wire) : wire);
  const type = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(body, { headers: type }).formData();

  const annotations: Record<string, unknown> = {};
  const dumps = new Map<string, Buffer>();
  let payload = 'multipart';
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      annotations[name] = value;
    } else if (name === 'extra') {
      Object.assign(annotations, JSON.parse(await value.text()));
      payload = 'json';
    } else {
      dumps.set(name, Buffer.from(await value.arrayBuffer()));
    }
  }
  const notes = removed
    .filter((name) => Object.hasOwn(annotations, name))
    .map((name) => `Removed ${name} from raw crash.`);
  for (const name of removed) delete annotations[name];

  const now = new Date().toISOString();
  const crashId = `${randomUUID().slice(0, 29)}0${now.slice(2, 10).replaceAll('-', '')}`;
  const rawCrash = {
    ...annotations,
    legacy_processing: 0,
    metadata: {
      collector_notes: notes,
      dump_checksums: Object.fromEntries([...dumps].map(([name, bytes]) => [name, md5(bytes)])),
      payload,
      payload_compressed: Number(isGzip),
      throttle_rule: 'accept_everything',
      user_agent: request.headers['user-agent'] ?? '',
    },
    submitted_timestamp: now,
    uuid: crashId,
    version: 2,
  };
  return { crashId, rawCrash, dumps };
}

async function save(directory: string, { crashId, rawCrash, dumps }: ReceivedCrash): Promise<void> {
  const names = [...dumps.keys()].toSorted();
  const write = async (folder: string, name: string, content: string | Buffer): Promise<void> => {
    const path = join(directory, `20${crashId.slice(-6)}`, folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  await write('raw_crash', `${crashId}.json`, JSON.stringify(rawCrash));
  await write('dump_names', `${crashId}.json`, JSON.stringify(names));
  for (const [name, bytes] of dumps) await write(name, crashId, bytes);
}

function md5(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
