import type { BlobInfo, BlobStore } from '#antenna/blob-store';
import { stagedEnvelopeKey } from '#antenna/crash-report';
import type { MessageQueue } from '#antenna/message-queue';
import { type CliContext, print, printLine } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { formatAge, formatBytes, formatTable } from '../human-units.js';
import { announcedIn, crashIdsOf, type DeadLetter, jsonOf, readDeadLetter } from './dead-letter.js';
import { heldMessages } from './held-messages.js';
import { adviceFor } from './reason-advice.js';

/** Prints the dead letter of one crash, what its reason means, and whether its envelope is still staged. */
export async function showDeadLetter(
  { deadLetters, staging }: { readonly deadLetters: MessageQueue; readonly staging: BlobStore },
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
  const envelope = await stagedObject(staging, letter.body, crashId);
  const advice = adviceFor(letter.reason);
  if (options.json === true) {
    const staged = envelope === undefined ? null : { key: envelope.key, size: envelope.size };
    const json = { ...jsonOf(letter), advice, envelope: staged };
    await printLine(context.stdout, JSON.stringify(json, null, 2));
  } else {
    await print(context.stdout, formatTable(rowsOf({ letter, advice, envelope }, context.now())));
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
  const key = announcedIn(body)?.key ?? stagedEnvelopeKey(crashId);
  for await (const blob of staging.list(key)) return blob;
  return undefined;
}

interface Findings {
  readonly letter: DeadLetter;
  readonly advice: string;
  readonly envelope: BlobInfo | undefined;
}

function rowsOf({ letter, advice, envelope }: Findings, now: Date): string[][] {
  const { crashId, crashIds, stage, reason, attempts, deadSince, traceContext, body } = letter;
  const age = (since: Date): string => formatAge(now.getTime() - since.getTime());
  return [
    ['crash id', crashIds?.join(' ') ?? crashId ?? 'unknown'],
    ['stage', stage ?? '-'],
    ['reason', reason ?? '-'],
    ['advice', advice],
    ['attempts', attempts === undefined ? '-' : String(attempts)],
    ['dead since', `${deadSince.toISOString()} (${age(deadSince)} ago)`],
    [
      'envelope',
      envelope === undefined
        ? 'not staged'
        : `${envelope.key} (${formatBytes(envelope.size)}, staged ${age(envelope.modifiedAt)} ago)`,
    ],
    ...Object.entries(traceContext),
    ['message', body],
  ];
}
