/**
 * A problem that the operator can fix prevents the service from starting. Operators see only the message: it says what
 * is wrong, where, and how to fix it. It may have several lines.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}

/** The configuration is not valid; `problems` has one line for each problem. */
export class ConfigError extends StartupError {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`the configuration has ${count}:`, ...problems.map((line) => `  ${line}`)].join('\n'));
  }
}
