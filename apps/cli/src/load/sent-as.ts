/** Which report of which run a stored crash is. */
export interface SentAs {
  readonly runId: string;
  readonly sequence: number;
}

/** The user agent of a report of a run. */
export function sendingAgent(client: string, { runId, sequence }: SentAs): string {
  return `${client} antenna-load/${runId}.${sequence}`.trim();
}

/** What the user agent of a stored crash says; undefined for another client's. */
export function sentAs(userAgent: string): SentAs | undefined {
  const [, runId, sequence] = /\bantenna-load\/(\w+)\.(\d+)$/.exec(userAgent) ?? [];
  return runId === undefined ? undefined : { runId, sequence: Number(sequence) };
}
