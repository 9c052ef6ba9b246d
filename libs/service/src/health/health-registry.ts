/** A store, queue or service that this one needs, and the check that it answers; rejects when it does not. */
export interface Backend {
  readonly name: string;
  readonly check: () => Promise<void>;
}

/** The parts of a service register here what their health depends on; the probes and `/__heartbeat__` read it. */
export class HealthRegistry {
  private readonly registered: Backend[] = [];
  private readonly readiness = new Map<string, () => string | undefined>();
  private readonly startup = new Map<string, () => boolean>();
  private readonly drainingListeners: (() => void)[] = [];
  private draining = false;

  /** Adds a backend. Its failure makes the heartbeat fail, but never readiness. */
  addBackend(name: string, check: () => Promise<void>): void {
    this.registered.push({ name, check });
  }

  /** Adds a readiness check; `problem` returns why the service cannot take work now, or undefined when it can. */
  addReadiness(name: string, problem: () => string | undefined): void {
    this.readiness.set(name, problem);
  }

  /** Adds something that must be done once before the service counts as started. */
  addStartup(name: string, done: () => boolean): void {
    this.startup.set(name, done);
  }

  /** Calls the listener when draining begins, for long polls, which would keep their connections open. */
  onDraining(listener: () => void): void {
    this.drainingListeners.push(listener);
  }

  /** Makes the service not ready: it finishes the work that it has and accepts no more. */
  beginDraining(): void {
    if (this.draining) return;
    this.draining = true;
    for (const listener of this.drainingListeners) listener();
  }

  get isDraining(): boolean {
    return this.draining;
  }

  get backends(): readonly Backend[] {
    return this.registered;
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
