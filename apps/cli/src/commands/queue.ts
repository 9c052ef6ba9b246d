import {
  type EmbeddedQueue,
  makeVisible,
  type MessageQueue,
  type QueueDepth,
} from '#antenna/message-queue';
import type { Command } from 'commander';
import { withProcessingDeadLetters } from '../dead-letters/dead-letter-queues.js';
import { type CliContext, type Output, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { usesDataDirectory, usesProcessor, withBackend } from '../stored/open-backend.js';
import { withQueue, withQueues } from '../stored/open-queues.js';
import { formatAge, formatTable } from '../human-units.js';
import { upTo } from '../option-values.js';

/** How long a received message stays hidden when this process is killed before it deletes the message. */
const visibilityTimeoutMs = 30_000;
const defaultMax = 10;
const maxMessages = 1_000_000;

interface ListOptions {
  readonly dataDir: string;
  readonly json?: true;
}

interface QueueOptions extends ListOptions {
  readonly max: number;
}

/** `antenna queue`: the queues; the services can use them at the same time. */
export function addQueueCommand(program: Command, context: CliContext): void {
  const queue = program
    .command('queue')
    .description('List the queues; print or receive the messages of embedded queues.');
  const addSubcommand = (name: string, description: string, json: string): Command =>
    queue
      .command(name)
      .description(description)
      .option('--data-dir <path>', 'data directory of the services', context.dataDirectory)
      .option('--json', json);
  const max = [
    '--max <number>',
    'maximum number of messages',
    upTo(maxMessages),
    defaultMax,
  ] as const;

  addSubcommand(
    'ls',
    'List the queues and the number of their messages; on SQS, the processor’s dead-letter queue if PROCESSING_DEAD_LETTER_QUEUE names it.',
    'print one JSON array',
  ).action((options: ListOptions) =>
    usesDataDirectory(context) ? listEmbedded(options, context) : listOfBackend(options, context),
  );

  const perLine = 'print one JSON object per line';
  addSubcommand('peek', 'Print messages without receiving them.', perLine)
    .argument('<name>', 'such as intake or processing')
    .option(...max)
    .addHelpText('after', '\nExample:\n  $ antenna queue peek intake --max 3')
    .action((name: string, options: QueueOptions) =>
      withEmbedded(context, options.dataDir, name, (queue) => peek(queue, options, context)),
    );

  addSubcommand('receive', 'Print the bodies of messages, one per line, and delete them.', perLine)
    .argument('<name>', 'such as processing')
    .option(...max)
    .option('--keep', 'make the messages visible again instead of deleting them')
    .addHelpText('after', '\nExample:\n  $ antenna queue receive processing --max 100')
    .action((name: string, options: QueueOptions & { keep?: true }) =>
      withEmbedded(context, options.dataDir, name, (queue) =>
        options.keep === true
          ? receiveAndKeep(queue, options, context)
          : receive(queue, options, context),
      ),
    );
}

function listEmbedded(options: ListOptions, { stdout }: CliContext): Promise<void> {
  return withQueues(options.dataDir, async (queues) => {
    const names = await queues.names();
    await printDepths(
      names.map((name) => queues.queue(name)),
      options,
      stdout,
    );
  });
}

function listOfBackend(options: ListOptions, context: CliContext): Promise<void> {
  return withBackend(options.dataDir, context, async (backend) => {
    const { intake, processing, deadLetters } = backend;
    const queues = [intake, processing, deadLetters];
    if (!usesProcessor(context)) return await printDepths(queues, options, context.stdout);
    return await withProcessingDeadLetters(backend, context, (queue) =>
      printDepths([...queues, queue], options, context.stdout),
    );
  });
}

async function printDepths(
  queues: readonly MessageQueue[],
  { json }: ListOptions,
  stdout: Output,
): Promise<void> {
  const depths: ({ queue: string } & QueueDepth)[] = [];
  for (const queue of queues) depths.push({ queue: queue.name, ...(await queue.depth()) });
  if (json === true) {
    await printLine(stdout, JSON.stringify(depths, null, 2));
    return;
  }
  const rows = depths.map(({ queue, visible, inFlight, oldestAgeMs }) => [
    queue,
    String(visible),
    String(inFlight),
    oldestAgeMs === undefined ? '-' : formatAge(oldestAgeMs),
  ]);
  const heading = ['queue', 'visible', 'in flight', 'oldest'];
  await print(stdout, formatTable([heading, ...rows], { right: [1, 2, 3] }));
}

/** SQS cannot show a message without hiding it from the services, and its own tools can receive messages. */
async function withEmbedded(
  context: CliContext,
  dataDir: string,
  name: string,
  action: (queue: EmbeddedQueue) => Promise<void>,
): Promise<void> {
  if (!usesDataDirectory(context)) {
    throw new CliError(
      `BACKEND=${context.environment['BACKEND']}: this command works only on the queues of a data directory; ` +
        'see `antenna queue ls`, `antenna dead-letter ls`, or `aws sqs receive-message`',
    );
  }
  await withQueue(dataDir, name, action);
}

async function peek(
  queue: EmbeddedQueue,
  { max, json }: QueueOptions,
  context: CliContext,
): Promise<void> {
  const messages = await queue.peek(max);
  for (const { body, receiveCount, visibleAt } of messages) {
    if (json === true) {
      await printLine(context.stdout, JSON.stringify({ body, receiveCount, visibleAt }));
      continue;
    }
    const hiddenMs = visibleAt.getTime() - context.now().getTime();
    const notes = [
      ...(receiveCount > 0 ? [`received ${timesOf(receiveCount)}`] : []),
      ...(hiddenMs > 0 ? [`hidden for ${formatAge(hiddenMs)}`] : []),
    ];
    await printLine(context.stdout, notes.length === 0 ? body : `${body}  (${notes.join(', ')})`);
  }
  await noteIfEmpty(queue, messages.length, context);
}

function timesOf(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Deletes a message only after printing it: nothing is lost when the reader closes the pipe in between. */
async function receive(
  queue: EmbeddedQueue,
  { max, json }: QueueOptions,
  context: CliContext,
): Promise<void> {
  let received = 0;
  for await (const { body, receipt } of messagesOf(queue, max, context.interrupted)) {
    try {
      await printLine(context.stdout, lineOf(body, json));
    } catch (error) {
      await makeVisible(queue, receipt);
      throw error;
    }
    await queue.delete(receipt);
    received += 1;
  }
  await noteIfEmpty(queue, received, context);
}

/** Makes the messages visible only at the end: earlier, the same one would be received again. */
async function receiveAndKeep(
  queue: EmbeddedQueue,
  { max, json }: QueueOptions,
  context: CliContext,
): Promise<void> {
  const receipts: string[] = [];
  try {
    for await (const { body, receipt } of messagesOf(queue, max, context.interrupted)) {
      receipts.push(receipt);
      await printLine(context.stdout, lineOf(body, json));
    }
  } finally {
    for (const receipt of receipts) await makeVisible(queue, receipt);
  }
  await noteIfEmpty(queue, receipts.length, context);
}

function lineOf(body: string, json: true | undefined): string {
  return json === true ? JSON.stringify({ body }) : body;
}

/** One at a time, so that a message that was not printed is not hidden. */
async function* messagesOf(
  queue: EmbeddedQueue,
  max: number,
  signal: AbortSignal,
): AsyncGenerator<{ body: string; receipt: string }> {
  for (let left = max; left > 0 && !signal.aborted; left -= 1) {
    const messages = await queue.receive({ max: 1, waitMs: 0, visibilityTimeoutMs, signal });
    if (messages.length === 0) return;
    yield* messages;
  }
}

async function noteIfEmpty(queue: EmbeddedQueue, seen: number, context: CliContext): Promise<void> {
  if (seen === 0) await printLine(context.stderr, `queue ${queue.name} has no visible messages`);
}
