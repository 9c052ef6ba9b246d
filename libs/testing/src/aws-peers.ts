import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { AwsConnection } from './aws-stand-ins.js';
import { freePort } from './free-port.js';
import { type RunningProcess, startProcess } from './start-process.js';
import { temporaryDirectory } from './temporary-directory.js';
import { waitFor } from './wait-for.js';

/**
 * An independent implementation of S3 or SQS, run as a process on the loopback address. `.ci/install-peers` installs
 * the peers and prints the variables with their paths.
 */
export interface AwsPeer {
  readonly connection: AwsConnection;
  stop(): Promise<void>;
}

/** A peer that may be installed; `start` rejects if it is not. */
export interface AwsPeerProgram {
  readonly isInstalled: boolean;
  start(): Promise<AwsPeer>;
}

/** An S3 gateway to a directory. It verifies signatures and checksums and accepts objects of any size. */
export const versitygw = peerAt(process.env['ANTENNA_TEST_VERSITYGW'], startVersitygw);

/** An SQS server on the JVM. Unlike SQS, it can change the visibility of a delivery that has expired. */
export const elasticmq = peerAt(process.env['ANTENNA_TEST_ELASTICMQ'], startElasticmq);

function peerAt(
  path: string | undefined,
  start: (path: string) => Promise<AwsPeer>,
): AwsPeerProgram {
  return { isInstalled: path !== undefined, start: async () => start(path ?? 'not-installed') };
}

/** Starts the versitygw program at this path on a new empty directory. */
async function startVersitygw(program: string): Promise<AwsPeer> {
  const directory = await temporaryDirectory();
  const [buckets, versions] = [join(directory.path, 'buckets'), join(directory.path, 'versions')];
  await Promise.all([buckets, versions].map(async (path) => await mkdir(path)));
  const port = await freePort();
  const credentials = { accessKeyId: 'peer', secretAccessKey: 'a secret of the peer' };
  const address = `127.0.0.1:${port}`;
  const server = await startProcess(
    ['--port', address, '--keep-alive', '--quiet', 'posix', '--versioning-dir', versions, buckets],
    {
      command: program,
      env: {
        ROOT_ACCESS_KEY: credentials.accessKeyId,
        ROOT_SECRET_KEY: credentials.secretAccessKey,
      },
    },
  );
  await untilListening(server, port);
  return {
    connection: { endpoint: `http://${address}`, region: 'us-east-1', credentials },
    async stop() {
      await server.stop();
      await directory.remove();
    },
  };
}

/** Starts ElasticMQ from the jars in this folder. */
async function startElasticmq(jars: string): Promise<AwsPeer> {
  const port = await freePort();
  const settings = {
    'rest-sqs.bind-hostname': '127.0.0.1',
    'rest-sqs.bind-port': port,
    'rest-sqs.sqs-limits': 'relaxed',
    'rest-stats.enabled': false,
    'node-address.host': '127.0.0.1',
    'node-address.port': port,
  };
  const properties = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
  const server = await startProcess(
    [...properties, '-cp', `${jars}/*`, 'org.elasticmq.server.Main'],
    { command: 'java' },
  );
  await untilListening(server, port);
  return {
    connection: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'elasticmq',
      credentials: { accessKeyId: 'peer', secretAccessKey: 'peer' },
    },
    async stop() {
      await server.stop();
    },
  };
}

async function untilListening(server: RunningProcess, port: number): Promise<void> {
  await waitFor(() => accepts(port), {
    timeoutMs: 60_000,
    describe: () => `process ${server.pid} to listen on ${port}:\n${server.lines.join('\n')}`,
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
