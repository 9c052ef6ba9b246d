import { BlobStoreError } from '#antenna/blob-store';
import { StoredCrashesError } from '#antenna/stored-crashes';
import { CliError } from '../cli-error.js';
import { forTerminal } from '../human-units.js';
import { isTransient, type PostResult } from './post-report.js';

/** What became of one crash. */
export type ForwardOutcome =
  | { readonly kind: 'forwarded'; readonly status: number; readonly newCrashId: string }
  /** A rule of the other collector rejected it, which is a valid answer. */
  | { readonly kind: 'discarded'; readonly status: number; readonly discarded: string }
  | { readonly kind: 'dry run'; readonly bytes: number }
  /** `store` and `collector`: other crashes are likely to fail for the same reason. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly cause: 'crash' | 'store' | 'collector';
    }
  | { readonly kind: 'interrupted' };

const longestBody = 200;
const refusedToken = 401;

export function outcomeOf(result: PostResult): ForwardOutcome {
  const cause = isTransient(result) ? 'collector' : 'crash';
  if ('error' in result)
    return { kind: 'failed', reason: `${result.error.code}: ${result.error.message}`, cause };
  const { status, crashId, discarded, body } = result.answer;
  if (status === 200 && crashId !== undefined)
    return { kind: 'forwarded', status, newCrashId: crashId };
  if (status === 200 && discarded !== undefined) return { kind: 'discarded', status, discarded };
  const reason = `${status} ${body.trim().slice(0, longestBody)}`.trimEnd();
  // Any other 200 is not from a collector.
  const isForAll = status === 200 || status === refusedToken;
  return { kind: 'failed', reason, cause: isForAll ? 'collector' : cause };
}

/**
 * The failure of reading a crash.
 * @throws the error when it is a bug
 */
export function unreadable(error: unknown): ForwardOutcome {
  if (error instanceof BlobStoreError) {
    const cause = error.retryable ? 'store' : 'crash';
    return { kind: 'failed', reason: error.message, cause };
  }
  if (error instanceof CliError || error instanceof StoredCrashesError)
    return { kind: 'failed', reason: error.message, cause: 'crash' };
  throw error;
}

/** The outcome without what differs between crashes: for counting. */
export function kindOf(outcome: ForwardOutcome): string {
  switch (outcome.kind) {
    case 'forwarded':
      return `${outcome.status} CrashID`;
    case 'discarded':
      return `${outcome.status} ${resultOf(outcome)}`;
    case 'dry run':
    case 'failed':
    case 'interrupted':
      return outcome.kind;
  }
}

/** For the state file: the id at the other collector, or why there is none. */
export function resultOf(outcome: ForwardOutcome): string {
  switch (outcome.kind) {
    case 'forwarded':
      return `CrashID=${forTerminal(outcome.newCrashId)}`;
    case 'discarded':
      return `Discarded=${forTerminal(outcome.discarded)}`;
    case 'dry run':
    case 'failed':
    case 'interrupted':
      return outcome.kind;
  }
}
