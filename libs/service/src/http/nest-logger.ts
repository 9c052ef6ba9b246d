import type { LoggerService } from '@nestjs/common';
import { isError } from '#antenna/errors';
import type { Logger } from '#antenna/telemetry';

/** The parts of Nest that log a failed start and throw it on as well: whoever catches it logs it once. */
const rethrowing: ReadonlySet<unknown> = new Set(['ExceptionHandler', 'NestApplication']);

/** Nest's own lines in our log: its routine ones, of which a start has dozens, are for debugging. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), fieldsOf(rest));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), fieldsOf(rest));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(String(message), fieldsOf(rest));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(String(message), fieldsOf(rest));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (rethrowing.has(rest.at(-1))) return;
    if (isError(message)) this.logger.error(message.message, { error: message });
    else this.logger.error(String(message), fieldsOf(rest));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.error(message, ...rest);
  }
}

/** Nest passes the class that logs as the last argument. */
function fieldsOf(rest: readonly unknown[]): { component?: string } {
  const component = rest.at(-1);
  return typeof component === 'string' ? { component } : {};
}
