import type { IndexedFacts } from '#antenna/crash-index';
import { createCrashId } from '#antenna/crash-report';

/** What an index knows of a crash, for tests. The crash id is new, and has the day of `date`. */
export function indexedFacts(facts: Partial<IndexedFacts> = {}): IndexedFacts {
  const { date = Date.UTC(2026, 10, 20, 12) } = facts;
  return {
    crash_id: createCrashId({ now: new Date(date), verdict: 'accept' }),
    date,
    signature: 'game::Level::load',
    product: 'MyGame',
    version: '1.0',
    release_channel: 'release',
    build: '20261115093000',
    process_type: 'parent',
    os_name: 'Linux',
    os_version: '6.1',
    cpu_arch: 'amd64',
    cpu_count: 8,
    reason: 'SIGSEGV / SEGV_MAPERR',
    uptime: 90,
    uptime_range: '1–5 min',
    walk_status: 'OK',
    modules: ['game', 'libc.so.6'],
    adapter_vendor_id: '0x10de',
    adapter_device_id: '0x2484',
    adapter_driver_version: '31.0.15',
    startup_crash: null,
    shutdown_progress: null,
    moz_crash_reason: null,
    abort_message: null,
    ...facts,
  };
}
