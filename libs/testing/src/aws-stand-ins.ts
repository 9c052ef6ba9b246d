import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The endpoint and credentials of a stand-in; spread them into the options of the S3 and SQS adapters. */
export interface AwsConnection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface StandInQueue {
  readonly name: string;
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number };
}

/** S3 and SQS on one loopback port, in this process, in memory. */
export interface AwsStandIns {
  readonly connection: AwsConnection;
  /** The same for a child process, as the environment variables of the SDK. */
  readonly environment: Readonly<Record<string, string>>;
  createBucket(name: string): Promise<void>;
  /** Creates the queue and its dead-letter queue. Returns the queue's URL. */
  createQueue(queue: string | StandInQueue): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts S3 and SQS stand-ins with these buckets and queues. Limits of the S3 stand-in: objects up to 11 MiB, no
 * verification of checksums and signatures, no access control.
 */
export async function startAwsStandIns(
  contents: {
    buckets?: readonly string[];
    queues?: readonly (string | StandInQueue)[];
    /** Default: any free port. */
    port?: number;
    /** Called for each request before it is answered. */
    onRequest?: (request: IncomingMessage) => void;
  } = {},
): Promise<AwsStandIns> {
  // Loaded on demand. Not startFauxqs(), which listens on all interfaces.
  const { repairedFauxqs } = await import('./fauxqs-repairs.js');
  const app = await repairedFauxqs();
  const { onRequest } = contents;
  if (onRequest) app.addHook('onRequest', async ({ raw }) => onRequest(raw));
  await app.listen({ host: '127.0.0.1', port: contents.port ?? 0 });
  const { port } = app.server.address() as AddressInfo;
  const connection: AwsConnection = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'stand-in', secretAccessKey: 'stand-in' },
  };
  const standIns: AwsStandIns = {
    connection,
    environment: {
      AWS_ENDPOINT_URL: connection.endpoint,
      AWS_REGION: connection.region,
      AWS_ACCESS_KEY_ID: connection.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: connection.credentials.secretAccessKey,
    },
    createBucket: (name) => createBucket(connection, name),
    createQueue: (queue) => createQueue(connection, queue),
    stop: () => app.close(),
  };
  await Promise.all((contents.buckets ?? []).map((name) => standIns.createBucket(name)));
  for (const queue of contents.queues ?? []) await standIns.createQueue(queue);
  return standIns;
}

/** Creates a bucket at the server of this connection. */
export async function createBucket(connection: AwsConnection, name: string): Promise<void> {
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ ...connection, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: name }));
  client.destroy();
}

/** Creates a queue and its dead-letter queue at the server of this connection. */
export async function createQueue(
  connection: AwsConnection,
  queue: string | StandInQueue,
): Promise<string> {
  const { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } =
    await import('@aws-sdk/client-sqs');
  const client = new SQSClient(connection);
  const create = async (name: string, attributes: Record<string, string>): Promise<string> => {
    const command = new CreateQueueCommand({ QueueName: name, Attributes: attributes });
    return (await client.send(command)).QueueUrl ?? '';
  };
  const attributes: Record<string, string> = {};
  const { name, deadLetter } = typeof queue === 'string' ? { name: queue } : queue;
  if (deadLetter) {
    const command = new GetQueueAttributesCommand({
      QueueUrl: await create(deadLetter.queue, {}),
      AttributeNames: ['QueueArn'],
    });
    const { Attributes } = await client.send(command);
    attributes['RedrivePolicy'] = JSON.stringify({
      deadLetterTargetArn: Attributes?.['QueueArn'],
      maxReceiveCount: deadLetter.maxReceiveCount,
    });
  }
  const url = await create(name, attributes);
  client.destroy();
  return url;
}
