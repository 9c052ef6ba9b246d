import type { ProcessedCrash } from '#antenna/processed-crash';

export function crashIdOf(number: number): string {
  return `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f800261120`;
}

/** What the index reads of one. */
export function aProcessedCrash(uuid: string, facts: Partial<ProcessedCrash> = {}): ProcessedCrash {
  const processed: Partial<ProcessedCrash> = {
    processed_crash_version: 1,
    uuid,
    signature: 'game::Level::load',
    reason: 'SIGSEGV / SEGV_MAPERR',
    product: 'MyGame',
    version: '1.0',
    release_channel: 'release',
    process_type: 'parent',
    submitted_timestamp: '2026-11-20T12:00:00.000000+00:00',
    ...facts,
  };
  return processed as ProcessedCrash;
}
