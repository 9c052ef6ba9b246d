import { type EmbeddedQueue, makeVisible, type MessageQueue } from '#antenna/message-queue';
import type { Command } from 'commander';
import { type CliContext, type Output, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { usesDataDirectory, withBackend } from '../stored/open-backend.js';
import { withQueue, withQueues } from '../stored/open-queues.js';
import { formatAge, formatTable } from '../human-units.js';
import { upTo } from '../option-values.js';

/** How long a received message stays hidden when this process is killed before it deletes the message. */
const visibilityTimeoutMs = 30_000;
const defaultMax = 10;
const maxMessages = 1_000_000;

interface QueueOptions {
  readonly dataDir: string;
  readonly max: number;
}

/** `antenna queue`: the queues; the services can use them at the same time. */
export function addQueueCommand(program: Command, context: CliContext): void {
  const queue = program
    .command('queue')
    .description('List the queues; print or receive the messages of embedded queues.');
  const addSubcommand = (name: string, description: string): Command =>
    queue
      .command(name)
      .description(description)
      .option('--data-dir <path>', 'data directory of the services', context.dataDirectory);
  const max = [
    '--max <number>',
    'maximum number of messages',
    upTo(maxMessages),
    defaultMax,
  ] as const;

  addSubcommand('ls', 'List the queues and the number of their messages.').action(
    ({ dataDir }: { dataDir: string }) =>
      usesDataDirectory(context) ? listEmbedded(dataDir, context) : listOfBackend(dataDir, context),
  );

  addSubcommand('peek', 'Print messages without receiving them.')
    .argument('<name>', 'such as intake or processing')
    .option(...max)
    .addHelpText('after', '\nExample:\n  $ antenna queue peek intake --max 3')
    .action((name: string, { dataDir, max }: QueueOptions) =>
      withEmbedded(context, dataDir, name, (queue) => peek(queue, max, context)),
    );

  addSubcommand('receive', 'Print the bodies of messages, one per line, and delete them.')
    .argument('<name>', 'such as processing')
    .option(...max)
    .option('--keep', 'make the messages visible again instead of deleting them')
    .addHelpText('after', '\nExample:\n  $ antenna queue receive processing --max 100')
    .action((name: string, { dataDir, max, keep }: QueueOptions & { keep?: true }) =>
      withEmbedded(context, dataDir, name, (queue) =>
        keep === true ? receiveAndKeep(queue, max, context) : receive(queue, max, context),
      ),
    );
}

function listEmbedded(dataDir: string, { stdout }: CliContext): Promise<void> {
  return withQueues(dataDir, async (queues) => {
    const names = await queues.names();
    await printDepths(
      names.map((name) => queues.queue(name)),
      stdout,
    );
  });
}

function listOfBackend(dataDir: string, context: CliContext): Promise<void> {
  return withBackend(dataDir, context, ({ intake, processing, deadLetters }) =>
    printDepths([intake, processing, deadLetters], context.stdout),
  );
}

async function printDepths(queues: readonly MessageQueue[], stdout: Output): Promise<void> {
  const rows = [['queue', 'visible', 'in flight', 'oldest']];
  for (const queue of queues) {
    const { visible, inFlight, oldestAgeMs } = await queue.depth();
    const oldest = oldestAgeMs === undefined ? '-' : formatAge(oldestAgeMs);
    rows.push([queue.name, String(visible), String(inFlight), oldest]);
  }
  await print(stdout, formatTable(rows, { right: [1, 2, 3] }));
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

async function peek(queue: EmbeddedQueue, max: number, context: CliContext): Promise<void> {
  const messages = await queue.peek(max);
  for (const { body, receiveCount, visibleAt } of messages) {
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
async function receive(queue: EmbeddedQueue, max: number, context: CliContext): Promise<void> {
  let received = 0;
  for await (const { body, receipt } of messagesOf(queue, max, context.interrupted)) {
    try {
      await printLine(context.stdout, body);
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
  max: number,
  context: CliContext,
): Promise<void> {
  const receipts: string[] = [];
  try {
    for await (const { body, receipt } of messagesOf(queue, max, context.interrupted)) {
      receipts.push(receipt);
      await printLine(context.stdout, body);
    }
  } finally {
    for (const receipt of receipts) await makeVisible(queue, receipt);
  }
  await noteIfEmpty(queue, receipts.length, context);
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
