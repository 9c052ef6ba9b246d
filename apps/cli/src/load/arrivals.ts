/** Shapes with an arrival rate of their own: reports become due whether or not earlier ones were answered. */
export const openShapes = ['steps', 'soak', 'wave', 'spike'] as const;
export type OpenShape = (typeof openShapes)[number];

/** How the arrival rate changes. */
export interface RatePlan {
  readonly shape: OpenShape;
  /** Reports per second: of the last step, of `soak`, at the busiest time of a `wave`, before and after a `spike`. */
  readonly rate: number;
  readonly durationMs: number;
  /** Number of equally long steps, each adding the same rate. */
  readonly steps: number;
  /** Length of a day of `wave`, which begins at night. */
  readonly dayMs: number;
  /** Rate at night as a share of `rate`. */
  readonly night: number;
  /** Rate of the spike as a multiple of `rate`. */
  readonly factor: number;
}

/** The rise and the fall of a spike: at most three minutes, or a tenth of the run. */
const maxRampMs = 180_000;

/** Reports per second at a time of the run. */
export function rateAt(plan: RatePlan, atMs: number): number {
  const { rate, durationMs } = plan;
  switch (plan.shape) {
    case 'soak':
      return rate;
    case 'steps': {
      const step = Math.min(plan.steps, 1 + Math.floor((atMs * plan.steps) / durationMs));
      return (rate * step) / plan.steps;
    }
    case 'wave': {
      const dayTime = (1 - Math.cos((2 * Math.PI * atMs) / plan.dayMs)) / 2;
      return rate * (plan.night + (1 - plan.night) * dayTime);
    }
    case 'spike': {
      const rampMs = Math.min(maxRampMs, durationMs / 10);
      const sinceRise = atMs - durationMs / 4;
      const untilFallen = (durationMs * 3) / 4 + rampMs - atMs;
      const height = Math.min(1, Math.max(0, Math.min(sinceRise, untilFallen) / rampMs));
      return rate * (1 + (plan.factor - 1) * height);
    }
  }
}

/** The rate counts as constant within this time. */
const stepMs = 100;

/**
 * The times at which reports are due, in milliseconds since the start, up to the end of the run.
 * @param random in [0, 1): gaps are those of a Poisson process; undefined: reports are spread evenly
 */
export function* arrivals(plan: RatePlan, random: (() => number) | undefined): Generator<number> {
  // `left` is what is missing to the next report, as a number of reports.
  let left = gap(random);
  for (let atMs = 0; atMs < plan.durationMs;) {
    const nextStepMs = Math.min(stepMs * (1 + Math.floor(atMs / stepMs)), plan.durationMs);
    const perMs = rateAt(plan, (atMs + nextStepMs) / 2) / 1000;
    if (left <= (nextStepMs - atMs) * perMs) {
      atMs += left / perMs;
      left = gap(random);
      yield atMs;
    } else {
      left -= (nextStepMs - atMs) * perMs;
      atMs = nextStepMs;
    }
  }
}

function gap(random: (() => number) | undefined): number {
  return random === undefined ? 1 : -Math.log(1 - random());
}
