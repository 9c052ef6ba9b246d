import type { MessageQueue } from '#antenna/message-queue';
import { type CliContext, print, printLine } from '../cli-context.js';
import { formatAge, formatTable } from '../human-units.js';
import { type DeadLetter, jsonOf, readDeadLetter } from './dead-letter.js';
import { heldMessages } from './held-messages.js';

/** Prints dead letters, oldest first. When there are more than `max`, the queue chooses which. */
export async function listDeadLetters(
  queue: MessageQueue,
  options: { readonly max: number; readonly json?: true },
  context: CliContext,
): Promise<void> {
  const { visible, inFlight } = await queue.depth();
  const letters: DeadLetter[] = [];
  const { max } = options;
  for await (const message of heldMessages(queue, { max, signal: context.interrupted }))
    letters.push(readDeadLetter(message));
  letters.sort((a, b) => a.deadSince.getTime() - b.deadSince.getTime());
  if (options.json === true) {
    await printLine(context.stdout, JSON.stringify(letters.map(jsonOf), null, 2));
  } else if (letters.length > 0) {
    const header = ['crash id', 'stage', 'reason', 'attempts', 'age'];
    const rows = letters.map((letter) => asRow(letter, context.now()));
    await print(context.stdout, formatTable([header, ...rows], { right: [3, 4] }));
  } else {
    const hidden =
      inFlight > 0 ? `; ${inFlight} hidden because another process has received them` : '';
    await printLine(context.stderr, `no dead letters in ${queue.name}${hidden}`);
  }
  if (letters.length < visible) {
    await printLine(
      context.stderr,
      `${letters.length} of ${visible} dead letters shown; --max shows more`,
    );
  }
}

function asRow({ crashId, stage, reason, attempts, deadSince }: DeadLetter, now: Date): string[] {
  return [
    crashId ?? 'unknown',
    stage ?? '-',
    reason ?? '-',
    attempts === undefined ? '-' : String(attempts),
    formatAge(now.getTime() - deadSince.getTime()),
  ];
}
