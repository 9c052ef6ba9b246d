import { type EmbeddedBackend, openEmbeddedBackend } from '#antenna/backends';
import {
  createCrashId,
  rawCrashKey,
  type SavedVerdict,
  serializeIntakeMessage,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';
import { temporaryDirectory, type TemporaryDirectory } from '#antenna/testing';
import { type CapturedRun, runCaptured } from './run-captured.js';

type CapturedContext = Parameters<typeof runCaptured>[1];

/** A data directory with real stores and queues, as a collector leaves it, and commands run on it. */
export class OperatorData {
  private constructor(
    private readonly directory: TemporaryDirectory,
    readonly backend: EmbeddedBackend,
  ) {}

  static async create(): Promise<OperatorData> {
    const directory = await temporaryDirectory();
    return new OperatorData(directory, await openEmbeddedBackend(directory.path));
  }

  get path(): string {
    return this.directory.path;
  }

  async dispose(): Promise<void> {
    await this.backend.close();
    await this.directory.remove();
  }

  run(args: readonly string[], context: CapturedContext = {}): Promise<CapturedRun> {
    return runCaptured([...args, '--data-dir', this.path], { now: () => new Date(), ...context });
  }

  /** What crashmover leaves of a crash that it gave up on; its envelope stays staged. */
  async deadLetter(attributes: Readonly<Record<string, string>> = {}): Promise<string> {
    const crashId = createCrashId({ now: new Date(), verdict: 'accept' });
    await this.backend.staging.put(stagedEnvelopeKey(crashId), Buffer.from('an envelope'));
    await this.backend.deadLetters.send([
      {
        body: intakeBody(crashId),
        attributes: {
          crash_id: crashId,
          stage: 'save',
          reason: 'timeout',
          attempts: '10',
          traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          ...attributes,
        },
      },
    ]);
    return crashId;
  }

  /** Crashes of one day in the store, sorted. */
  async storedCrashes(
    count: number,
    { day, verdict = 'accept' }: { day: string; verdict?: SavedVerdict },
  ): Promise<string[]> {
    const now = new Date(`${day}T12:00:00Z`);
    const crashIds = Array.from({ length: count }, () => createCrashId({ now, verdict }));
    const { crashes } = this.backend;
    await Promise.all(crashIds.map((id) => crashes.put(rawCrashKey(id), Buffer.from('{}'))));
    return crashIds.toSorted();
  }
}

export function intakeBody(crashId: string): string {
  const key = stagedEnvelopeKey(crashId);
  return serializeIntakeMessage(singleCrashMessage({ crashId, key, size: 11, verdict: 'accept' }));
}
