/** Receives the payload of one part. */
export interface PartSink {
  write(chunk: Buffer): void;
  end(): void;
}

export const dropped: PartSink = { write: () => undefined, end: () => undefined };
