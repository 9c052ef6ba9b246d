import type { BlobInfo, BlobStore } from '#antenna/blob-store';
import { rawCrashKey, stagedEnvelopeKey } from '#antenna/crash-report';
import type { MessageQueue } from '#antenna/message-queue';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatAge, formatBytes, formatTable } from '../human-units.js';
import type { DeadLetterQueues } from './dead-letter-queues.js';
import { announcedIn, crashIdsOf, type DeadLetter, jsonOf, readDeadLetter } from './dead-letter.js';
import { heldMessages } from './held-messages.js';
import { adviceFor } from './reason-advice.js';

/** Prints the dead letter of one crash, what its reason means, and whether its envelope is still staged, or the crash stored. */
export async function showDeadLetter(
  { source, deadLetters, backend }: DeadLetterQueues,
  options: { readonly crashId: string; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const { crashId } = options;
  const letter = await findLetter(deadLetters, crashId, context.interrupted);
  if (letter === undefined) {
    throw context.interrupted.aborted
      ? new CliError('interrupted', 130)
      : new CliError(`no dead letter for ${crashId} in ${deadLetters.name}`);
  }
  const { staging, crashes } = backend;
  const subject =
    source === 'intake'
      ? await stagedObject(staging, letter.body, crashId)
      : await firstOf(crashes, rawCrashKey(crashId));
  const advice = adviceFor(source, letter.reason);
  if (options.json === true) {
    const found = subject === undefined ? null : { key: subject.key, size: subject.size };
    const json = {
      ...jsonOf(letter),
      advice,
      ...(source === 'intake' ? { envelope: found } : { rawCrash: found }),
    };
    await printLine(context.stdout, JSON.stringify(json, null, 2));
  } else {
    await print(
      context.stdout,
      formatTable(rowsOf({ source, letter, advice, subject }, context.now())),
    );
  }
}

async function findLetter(
  queue: MessageQueue,
  crashId: string,
  signal: AbortSignal,
): Promise<DeadLetter | undefined> {
  for await (const message of heldMessages(queue, { signal })) {
    const letter = readDeadLetter(message);
    if (crashIdsOf(letter).includes(crashId)) return letter;
  }
  return undefined;
}

/** The object that the message names; if it names none, that of the crash alone. */
async function stagedObject(
  staging: BlobStore,
  body: string,
  crashId: string,
): Promise<BlobInfo | undefined> {
  return await firstOf(staging, announcedIn(body)?.key ?? stagedEnvelopeKey(crashId));
}

async function firstOf(store: BlobStore, key: string): Promise<BlobInfo | undefined> {
  for await (const blob of store.list(key)) return blob;
  return undefined;
}

interface Findings {
  readonly source: DeadLetterQueues['source'];
  readonly letter: DeadLetter;
  readonly advice: string;
  /** The envelope, or the raw crash. */
  readonly subject: BlobInfo | undefined;
}

function rowsOf({ source, letter, advice, subject }: Findings, now: Date): string[][] {
  const { crashId, crashIds, stage, reason, attempts, deadSince, traceContext, body } = letter;
  const [label, held] = source === 'intake' ? ['envelope', 'staged'] : ['raw crash', 'stored'];
  const age = (since: Date): string => formatAge(now.getTime() - since.getTime());
  return [
    ['crash id', crashIds?.join(' ') ?? crashId ?? 'unknown'],
    ['stage', stage ?? '-'],
    ['reason', reason ?? '-'],
    ['advice', advice],
    ['attempts', attempts === undefined ? '-' : String(attempts)],
    ['dead since', `${deadSince.toISOString()} (${age(deadSince)} ago)`],
    [
      label,
      subject === undefined
        ? `not ${held}`
        : `${subject.key} (${formatBytes(subject.size)}, ${held} ${age(subject.modifiedAt)} ago)`,
    ],
    ...Object.entries(traceContext),
    ['message', body],
  ];
}
