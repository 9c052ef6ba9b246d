import { Injectable } from '@nestjs/common';

import { Logger } from '#antenna/telemetry';

import type { Viewer } from './viewer.js';

/** What of the protected data somebody looked at. */
type ProtectedData = 'crash' | 'raw_crash' | 'processed_crash' | 'dump' | 'search' | 'signature';

/** A line of the log for each look at protected data, and for each change. Never the data. */
@Injectable()
export class AuditService {
  constructor(private readonly logger: Logger) {}

  /** @param crashId undefined where protected fields of many crashes are searched or counted */
  protectedRead({ user }: Viewer, what: ProtectedData, crashId?: string): void {
    this.logger.info('audit: protected data was read', { user, what, crash_id: crashId });
  }

  processAgain({ user }: Viewer, crashId: string): void {
    this.logger.info('audit: a crash is processed again', { user, crash_id: crashId });
  }
}
