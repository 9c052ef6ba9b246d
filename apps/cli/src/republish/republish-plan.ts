import { crashIdVerdict } from '#antenna/crash-report';
import { CliError } from '../cli-error.js';

export interface RepublishChoice {
  readonly deferred: 'included' | 'left out';
  /** Continue after this one; an earlier run sent those before it. */
  readonly after: string | undefined;
}

export interface RepublishPlan {
  readonly crashIds: readonly string[];
  /** Deferred crashes that are not sent, because they were not meant to be processed. */
  readonly deferredLeftOut: number;
  readonly after: string | undefined;
}

/** @throws CliError when the crash id to continue after is not among them */
export function republishPlan(
  found: readonly string[],
  { deferred, after }: RepublishChoice,
): RepublishPlan {
  const place = after === undefined ? -1 : found.indexOf(after);
  if (after !== undefined && place < 0)
    throw new CliError(`${after} is not among the ${found.length} crash ids; nothing was sent`);
  const left = found.slice(place + 1);
  const crashIds =
    deferred === 'included' ? left : left.filter((id) => crashIdVerdict(id) === 'accept');
  return { crashIds, deferredLeftOut: left.length - crashIds.length, after };
}
