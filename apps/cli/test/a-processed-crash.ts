import type { BlobStore } from '#antenna/blob-store';
import type { ProcessedCrash } from '#antenna/processed-crash';

/** As the processor writes it, without a stack. */
export function aProcessedCrash(uuid: string, facts: Partial<ProcessedCrash> = {}): ProcessedCrash {
  return {
    processed_crash_version: 1,
    uuid,
    signature: 'game::Level::load',
    proto_signature: 'game::Level::load | main',
    signature_steps: [],
    product: 'MyGame',
    version: '1.0',
    release_channel: 'release',
    build: null,
    process_type: 'parent',
    os_name: 'Linux',
    os_version: '6.1.0',
    cpu_arch: 'amd64',
    cpu_info: null,
    cpu_count: 2,
    reason: 'SIGSEGV / SEGV_MAPERR',
    address: '0x0000000000000010',
    crashing_thread: 0,
    uptime: 5,
    success: true,
    mdsw_status_string: 'OK',
    minidump_sha256_hash: null,
    annotations: {},
    submitted_timestamp: '2026-11-20T09:00:00.000000+00:00',
    processor_notes: '',
    processor: { version: '0.1.0', walker: '0.27', signature_lists: 'abc' },
    started_datetime: '2026-11-20T09:00:01.000Z',
    date_processed: '2026-11-20T09:00:02.000Z',
    json_dump: null,
    additional_minidumps: [],
    ...facts,
  };
}

export async function putProcessedCrash(
  store: BlobStore,
  processed: ProcessedCrash,
): Promise<void> {
  await store.put(`v1/processed_crash/${processed.uuid}`, Buffer.from(JSON.stringify(processed)));
}
