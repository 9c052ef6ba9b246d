/** An envelope that is durable in the spool and waits to be shipped. */
export interface SpooledEnvelope {
  readonly crashId: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly spooledAt: Date;
}
