import type { CliContext } from '../cli-context.js';
import { CliError } from '../cli-error.js';
import { dayOf, startOfDay } from '../days.js';
import { crashIdsInFile } from '../republish/crash-ids-in-file.js';
import type { StoredCrashes } from '#antenna/stored-crashes';
import type { ForwardTask } from './forward-all.js';
import type { ForwardState } from './forward-state.js';
import { isSampled } from './sample.js';

/** Stored crashes to forward: those of some days, or of a file. */
export interface CrashList {
  readonly ids?: string;
  readonly date?: string;
  /** First and last day, both included. */
  readonly since?: string;
  readonly until?: string;
  /** From 0 to 1. */
  readonly sample: number;
}

export interface ListedCrashes {
  readonly count: number;
  /** How many crashes of the list an earlier run has forwarded. */
  readonly alreadyDone: number;
  next(): Promise<ForwardTask | undefined>;
}

/**
 * Lists all ids before the first is sent, so that the progress has an end.
 * @throws CliError when the list is not valid, or listing was interrupted
 */
export async function listCrashes(
  list: CrashList,
  crashes: StoredCrashes,
  { context, state }: { readonly context: CliContext; readonly state: ForwardState | undefined },
): Promise<ListedCrashes> {
  const left: string[] = [];
  let alreadyDone = 0;
  const add = (crashId: string): void => {
    if (!isSampled(crashId, list.sample)) return;
    if (state?.isDone(crashId) === true) alreadyDone += 1;
    else left.push(crashId);
  };
  if (list.ids === undefined) {
    for (const day of daysOf(list, context.now())) {
      for await (const crashId of crashes.crashIds(day)) {
        add(crashId);
        if (context.interrupted.aborted) throw new CliError('interrupted; nothing was sent', 130);
      }
    }
  } else {
    (await crashIdsInFile(list.ids, context)).forEach(add);
  }
  const ids = left.values();
  return {
    count: left.length,
    alreadyDone,
    async next() {
      const { value: crashId } = ids.next();
      return crashId === undefined ? undefined : taskOf(crashId, state);
    },
  };
}

function taskOf(crashId: string, state: ForwardState | undefined): ForwardTask {
  return {
    crashId,
    done: async () => await state?.record(crashId),
    release: async () => undefined,
  };
}

function* daysOf({ date, since, until }: CrashList, now: Date): Generator<string> {
  const today = dayOf(now);
  const last = date ?? until ?? today;
  const first = date ?? since ?? last;
  if (first > last) throw new CliError(`--since ${first} is after the last day, ${last}`);
  const day = startOfDay(first);
  for (; dayOf(day) <= last; day.setUTCDate(day.getUTCDate() + 1)) yield dayOf(day);
}
