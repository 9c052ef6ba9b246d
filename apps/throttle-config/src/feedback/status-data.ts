import { describeProblem } from '#antenna/throttle';

import type { StatusAnswer } from '../api/status/status.dto.js';

/** A replica that has not written for this long no longer runs. */
const goneAfterMs = 15 * 60_000;

/** The status as the data of a ConfigMap: short strings that are readable in `kubectl get -o yaml`. */
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

/** The keys of replicas that no longer write; `seen.<replica>` is the time of the last write. */
export function staleReplicas(data: Readonly<Record<string, string>>, now: Date): string[] {
  return Object.entries(data).flatMap(([key, seen]) => {
    const [, replica] = /^seen\.(.+)$/.exec(key) ?? [];
    if (replica === undefined || now.getTime() - Date.parse(seen) < goneAfterMs) return [];
    const instances = `instances.${replica}`;
    return Object.hasOwn(data, instances) ? [key, instances] : [key];
  });
}

function lines(strings: readonly string[] = []): string {
  return strings.map((string) => `${string}\n`).join('');
}
