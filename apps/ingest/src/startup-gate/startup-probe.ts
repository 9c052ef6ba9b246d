import {
  createCrashId,
  EnvelopeWriter,
  serializeIntakeMessage,
  serializeRawCrash,
  singleCrashMessage,
  stagedEnvelopeKey,
} from '#antenna/crash-report';

/** An object for the staging store and the message about it. */
export interface StartupProbe {
  readonly key: string;
  readonly bytes: Buffer;
  readonly message: string;
}

/**
 * An envelope that is marked as a probe: crashmover deletes it. A crashmover that does not know the mark (0.1.0) saves
 * a deferred report, which it does not publish, instead of dead-lettering a message that it cannot read.
 */
export function startupProbe(now: Date): StartupProbe {
  const verdict = 'defer';
  const crashId = createCrashId({ now, verdict });
  const rawCrash = serializeRawCrash({
    annotations: new Map([['ProductName', 'Antenna startup probe']]),
    crashId,
    submittedAt: now,
    metadata: {
      collector_notes: ['not a crash: ingest tested its backends'],
      payload: 'multipart',
      payload_compressed: '0',
      payload_size: 0,
      throttle_rule: 'startup_probe',
      user_agent: '',
    },
  });
  const bytes = envelopeOf(crashId, now, [...rawCrash]);
  const key = stagedEnvelopeKey(crashId);
  const single = singleCrashMessage({ crashId, key, size: bytes.length, verdict });
  return { key, bytes, message: serializeIntakeMessage({ ...single, probe: true }) };
}

function envelopeOf(crashId: string, now: Date, rawCrash: readonly Buffer[]): Buffer {
  const chunks: Buffer[] = [];
  const writer = new EnvelopeWriter({
    append: (bytes) => void chunks.push(bytes),
    // Without dumps, the only line to patch is the first.
    patch: (_position, line) => {
      chunks[0] = line;
    },
  });
  writer.finish(
    { crashId, verdict: 'defer', receivedAt: now.toISOString(), probe: true },
    rawCrash,
  );
  return Buffer.concat(chunks);
}
