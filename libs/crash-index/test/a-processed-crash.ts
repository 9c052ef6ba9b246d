import type { ProcessedCrash } from '#antenna/processed-crash';

export function crashIdOf(number: number): string {
  return `${String(number).padStart(8, '0')}-cbbf-4589-a673-34f800261120`;
}

/** As far as one is read. */
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
    proto_signature: 'game::Level::load',
    processor_notes: '',
    build: null,
    os_name: null,
    os_version: null,
    cpu_arch: null,
    address: null,
    annotations: {},
    processor: { version: '1.0.0', walker: 'w', signature_lists: 'l' },
    signature_steps: [],
    additional_minidumps: [],
    json_dump: null,
    ...facts,
  };
  return processed as ProcessedCrash;
}
