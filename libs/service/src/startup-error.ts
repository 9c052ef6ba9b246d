/**
 * Something the operator can put right keeps the service from starting. The message is all that they see: it says
 * what is wrong, where, and what to do. It may have several lines.
 */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}
