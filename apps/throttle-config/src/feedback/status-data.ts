import { describeProblem } from '#antenna/throttle';

import type { StatusAnswer } from '../api/status/status-answer.dto.js';

/** A replica that has not written for this long is gone. */
const goneAfterMs = 15 * 60_000;

/** The status as the data of a ConfigMap: short texts that `kubectl get -o yaml` shows well. */
export function statusData(
  { live, refused, source, instances }: StatusAnswer,
  replica: string,
): Record<string, string> {
  return {
    state: source.problem === undefined ? (refused ? 'refused' : 'accepted') : 'unavailable',
    revision: live.revision,
    origin: live.origin,
    acceptedAt: live.acceptedAt,
    problem: source.problem ?? '',
    refusedAt: refused?.at ?? '',
    errors: lines(refused?.errors.map(describeProblem)),
    warnings: lines(live.warnings.map(describeProblem)),
    [`instances.${replica}`]: lines(
      instances.map(({ instance, revision }) => `${instance} ${revision ?? 'unknown'}`),
    ),
  };
}

/** The keys of replicas that do not write any more; `seen.<replica>` says when each one did. */
export function staleReplicas(data: Readonly<Record<string, string>>, now: Date): string[] {
  return Object.entries(data).flatMap(([key, seen]) => {
    const [, replica] = /^seen\.(.+)$/.exec(key) ?? [];
    if (replica === undefined || now.getTime() - Date.parse(seen) < goneAfterMs) return [];
    const instances = `instances.${replica}`;
    return Object.hasOwn(data, instances) ? [key, instances] : [key];
  });
}

function lines(texts: readonly string[] = []): string {
  return texts.map((text) => `${text}\n`).join('');
}
