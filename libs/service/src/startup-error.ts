/**
 * Something the operator can fix keeps the service from starting. They see only the message: it says what is wrong,
 * where, and what to do. It may have several lines.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}

/** The environment does not make a valid configuration; `problems` has a line for each thing that is wrong. */
export class ConfigError extends StartupError {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`the configuration has ${count}:`, ...problems.map((line) => `  ${line}`)].join('\n'));
  }
}
