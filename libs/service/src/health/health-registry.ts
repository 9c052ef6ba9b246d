/** A backing service and how to see whether it answers. */
export interface BackingService {
  readonly name: string;
  readonly check: () => Promise<void>;
}

/** Where the parts of a service say what their health depends on; the probes and `/__heartbeat__` read it. */
export class HealthRegistry {
  private readonly backing: BackingService[] = [];
  private readonly readiness = new Map<string, () => string | undefined>();
  private readonly startup = new Map<string, () => boolean>();
  private readonly drainingListeners: (() => void)[] = [];
  private draining = false;

  /** Adds a service that is needed in the long run; its failure makes the heartbeat red and never readiness. */
  addBackingService(name: string, check: () => Promise<void>): void {
    this.backing.push({ name, check });
  }

  /** Adds a reason that can keep the service from taking work; `problem` says why it cannot at this moment. */
  addReadiness(name: string, problem: () => string | undefined): void {
    this.readiness.set(name, problem);
  }

  /** Adds something that must be done once before the service counts as started. */
  addStartup(name: string, done: () => boolean): void {
    this.startup.set(name, done);
  }

  /** Calls back when draining begins, for answers that are held back and would keep their connections open. */
  onDraining(listener: () => void): void {
    this.drainingListeners.push(listener);
  }

  /** From here on the service is not ready: it finishes what it has and takes nothing new. */
  beginDraining(): void {
    if (this.draining) return;
    this.draining = true;
    for (const listener of this.drainingListeners) listener();
  }

  get isDraining(): boolean {
    return this.draining;
  }

  get backingServices(): readonly BackingService[] {
    return this.backing;
  }

  /** Why the service is not ready, by name; empty when it is. */
  readinessProblems(): Map<string, string> {
    const problems = new Map<string, string>();
    if (this.draining) problems.set('draining', 'the service is shutting down');
    for (const [name, problem] of this.readiness) {
      const found = problem();
      if (found !== undefined) problems.set(name, found);
    }
    return problems;
  }

  /** What has not been done yet; empty when the service has started. */
  startupProblems(): Map<string, string> {
    const unfinished = [...this.startup].filter(([, done]) => !done());
    return new Map(unfinished.map(([name]) => [name, 'not done yet']));
  }
}
