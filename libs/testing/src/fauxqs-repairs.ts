import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { buildApp, type BuildAppOptions } from 'fauxqs';

type Fauxqs = ReturnType<typeof buildApp>;
type Stores = NonNullable<BuildAppOptions['stores']>;

/** The interval at which a long poll checks for messages. */
const pollMs = 10;

/** fauxqs with fixes that make it behave like SQS and S3, so that the same contract suite passes for both. */
export async function repairedFauxqs(): Promise<Fauxqs> {
  await allowAllPlanes();
  const stores = await newStores();
  const app = buildApp({ logger: false, stores });
  forgetAbandonedPolls(app, stores.sqsStore);
  obeyIfMatch(app, stores.s3Store);
  return app;
}

/** fauxqs refuses every character beyond U+FFFF because it checks the surrogates; SQS allows U+10000 to U+10FFFF. */
async function allowAllPlanes(): Promise<void> {
  const { INVALID_MESSAGE_BODY_CHAR: invalid } = await inside<{
    INVALID_MESSAGE_BODY_CHAR: RegExp;
  }>('sqs/sqsTypes.js');
  const reallyInvalid = /[^\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
  invalid.test = (body) => reallyInvalid.test(body);
}

/**
 * fauxqs delivers messages to a long poll whose client has disconnected, and they stay hidden. Here the poll waits in
 * front of fauxqs until there are messages, and ends with its connection.
 */
function forgetAbandonedPolls(app: Fauxqs, store: Stores['sqsStore']): void {
  app.addHook('preHandler', async (request, reply) => {
    const poll = request.body as { WaitTimeSeconds?: number; QueueUrl?: string } | undefined;
    const isReceive = request.headers['x-amz-target'] === 'AmazonSQS.ReceiveMessage';
    const queue = isReceive ? store.getQueue(poll?.QueueUrl ?? '') : undefined;
    if (poll?.WaitTimeSeconds === undefined || queue === undefined) return;
    const abandoned = new AbortController();
    const abandon = (): void => abandoned.abort();
    const { socket } = request.raw;
    socket.once('end', abandon).once('close', abandon);
    const deadline = Date.now() + poll.WaitTimeSeconds * 1000;
    do {
      queue.processTimers();
      if (queue.messages.length > 0 || Date.now() >= deadline) {
        socket.off('end', abandon).off('close', abandon);
        // No event can occur between here and the delivery.
        poll.WaitTimeSeconds = 0;
        return;
      }
      await sleep(pollMs);
      // By then, connections that closed before a message arrived have been detected.
      await setImmediate();
    } while (!abandoned.signal.aborted);
    return reply.hijack();
  });
}

/** fauxqs ignores `If-Match` of a put. Not async: nothing may happen between the comparison and the put. */
function obeyIfMatch(app: Fauxqs, store: Stores['s3Store']): void {
  app.addHook('preHandler', (request, reply, done) => {
    const wanted = request.headers['if-match'];
    if (request.method !== 'PUT' || wanted === undefined) {
      done();
      return;
    }
    const { bucket = '', '*': key = '' } = request.params as { bucket?: string; '*'?: string };
    const etag = etagOf(store, bucket, key);
    if (etag === undefined) reply.code(404).send('<Error><Code>NoSuchKey</Code></Error>');
    else if (unquoted(etag) === unquoted(wanted)) done();
    else reply.code(412).send('<Error><Code>PreconditionFailed</Code></Error>');
  });
}

function etagOf(store: Stores['s3Store'], bucket: string, key: string): string | undefined {
  try {
    return store.headObject(bucket, key).etag;
  } catch {
    return undefined;
  }
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}

async function newStores(): Promise<Stores> {
  const [{ SqsStore }, { SnsStore }, { S3Store }] = await Promise.all([
    inside<{ SqsStore: new () => Stores['sqsStore'] }>('sqs/sqsStore.js'),
    inside<{ SnsStore: new () => Stores['snsStore'] }>('sns/snsStore.js'),
    inside<{ S3Store: new () => Stores['s3Store'] }>('s3/s3Store.js'),
  ]);
  return { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
}

/** Loads a module that fauxqs does not export. */
async function inside<T>(path: string): Promise<T> {
  return (await import(new URL(path, import.meta.resolve('fauxqs')).href)) as T;
}
