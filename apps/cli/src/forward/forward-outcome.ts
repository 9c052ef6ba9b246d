/** The result of forwarding one crash. */
export type ForwardOutcome =
  | { readonly kind: 'forwarded'; readonly status: number; readonly newCrashId: string }
  /** A rule of the other collector rejected it, which is a valid answer. */
  | { readonly kind: 'discarded'; readonly status: number; readonly discarded: string }
  | { readonly kind: 'dry run'; readonly bytes: number }
  /** `all`: other crashes are likely to fail for the same reason. */
  | { readonly kind: 'failed'; readonly reason: string; readonly concerns: 'this' | 'all' }
  | { readonly kind: 'interrupted' };

export function failed(reason: string, concerns: 'this' | 'all'): ForwardOutcome {
  return { kind: 'failed', reason, concerns };
}
