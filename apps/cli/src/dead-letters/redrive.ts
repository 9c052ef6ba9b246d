/**
 * Sends dead letters back to the intake queue, where crashmover tries them again.
 *
 * One at a time: the letter is deleted only after its message is on the intake queue. When the process is killed in
 * between, the message exists twice, which is harmless. The next run continues with what is still in the queue.
 */
import { type MessageQueue, MessageQueueError } from '#antenna/message-queue';
import type { Pace } from '../pace.js';
import { crashIdsOf, type DeadLetter, readDeadLetter } from './dead-letter.js';
import { heldMessages } from './held-messages.js';
import { failsAgain } from './reason-advice.js';
import type { DeadLetterQueues } from './dead-letter-queues.js';

export interface RedriveOptions {
  /** Undefined: all. */
  readonly crashIds: ReadonlySet<string> | undefined;
  /** Whether to send letters that fail again until their cause is fixed, too. */
  readonly hopeless: 'sent' | 'left out';
  readonly mode: 'redrive' | 'dry run';
  readonly pace: Pace;
  readonly signal: AbortSignal;
  /** Of each wanted letter that was sent or left out. */
  readonly onHandled: () => void;
}

/** What a redrive has done so far, also when it fails or is interrupted. */
export class RedriveTally {
  redriven = 0;
  /** Dead letters of this run's crashes that came back, or that were duplicates. */
  again = 0;
  /** Number of letters that were left out, by reason. */
  readonly leftOut: Record<string, number> = {};
  /** A few of the crashes, for a dry run. */
  readonly examples: string[] = [];
  readonly found = new Set<string>();

  add(letter: DeadLetter, wanted: RedriveOptions['crashIds']): void {
    const { crashId = 'unknown' } = letter;
    this.redriven += 1;
    for (const id of crashIdsOf(letter)) if (wanted?.has(id) ?? true) this.found.add(id);
    if (this.examples.length < maxExamples) this.examples.push(crashId);
  }
}

const maxExamples = 5;

/** @throws MessageQueueError; the tally then has what was done before. */
export async function redrive(
  { source, deadLetters, target }: Omit<DeadLetterQueues, 'backend'>,
  tally: RedriveTally,
  { crashIds, hopeless, mode, pace, signal, onHandled }: RedriveOptions,
): Promise<void> {
  const bodies = new Set<string>();
  for await (const message of heldMessages(deadLetters, { signal })) {
    const letter = readDeadLetter(message);
    if (!isWanted(letter, crashIds)) continue;
    const { reason = '' } = letter;
    if (hopeless === 'left out' && failsAgain(source, reason)) {
      tally.leftOut[reason] = (tally.leftOut[reason] ?? 0) + 1;
      onHandled();
      continue;
    }
    // Otherwise a crash that is dead-lettered again would loop forever.
    if (bodies.has(letter.body)) {
      tally.again += 1;
      continue;
    }
    bodies.add(letter.body);
    if (mode === 'redrive') {
      if (!(await pace.turn())) return;
      await sendBack(target, letter);
      await message.remove();
    }
    tally.add(letter, crashIds);
    onHandled();
    if (tally.found.size === crashIds?.size) return;
  }
}

function isWanted(letter: DeadLetter, crashIds: RedriveOptions['crashIds']): boolean {
  return crashIds === undefined || crashIdsOf(letter).some((id) => crashIds.has(id));
}

/** The message as it was sent first, without the attributes that were added to the dead letter. */
async function sendBack(target: MessageQueue, { body, traceContext }: DeadLetter): Promise<void> {
  const [result] = await target.send([{ body, attributes: traceContext }]);
  if (result?.ok !== true) {
    throw new MessageQueueError(
      'unavailable',
      `queue ${target.name} refused a message: ${result?.code ?? 'no result'}`,
    );
  }
}
