import type { LoggerService } from '@nestjs/common';
import { isError } from '#antenna/errors';
import type { Logger } from '#antenna/telemetry';

/** These parts of Nest log a failed start and also rethrow it; it is logged once, where it is caught. */
const rethrowing: ReadonlySet<unknown> = new Set(['ExceptionHandler', 'NestApplication']);

/** Writes Nest's own lines to our log; its routine ones, dozens per start, at the level `debug`. */
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
