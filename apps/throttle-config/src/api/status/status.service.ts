import { Injectable } from '@nestjs/common';

import { type IngestInstance, IngestInstances } from '../instances/ingest-instances.js';
import { VerdictWindow } from '../instances/verdict-window.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { RulesetEdits } from '../../ruleset/ruleset-edits.js';
import type { InstanceAnswer, SourceAnswer, StatusAnswer } from './status.dto.js';

/** Collects the status of this replica. */
@Injectable()
export class StatusService {
  constructor(
    private readonly current: CurrentRuleset,
    private readonly edits: RulesetEdits,
    private readonly instances: IngestInstances,
  ) {}

  status(): StatusAnswer {
    const { live, refusal } = this.current;
    return {
      live: {
        revision: live.revision,
        origin: live.origin,
        acceptedAt: live.acceptedAt.toISOString(),
        rules: live.document.rules.length,
        warnings: live.warnings,
      },
      ...(refusal && { refused: { at: refusal.at.toISOString(), errors: refusal.errors } }),
      source: this.source(),
      instances: this.instances.all().map((instance) => instanceAnswer(instance)),
      verdictMinutes: VerdictWindow.minutes,
      verdicts: Array.from(this.instances.verdicts(), ([rule, counts]) => ({ rule, counts })),
    };
  }

  private source(): SourceAnswer {
    const { source, sourceProblem, sourceReachedAt } = this.edits;
    return {
      kind: source.kind,
      name: source.name,
      ...(sourceReachedAt && { reachedAt: sourceReachedAt.toISOString() }),
      ...(sourceProblem !== undefined && { problem: sourceProblem }),
    };
  }
}

function instanceAnswer({
  instance,
  revision,
  acceptedAt,
  lastSeen,
}: IngestInstance): InstanceAnswer {
  return {
    instance,
    ...(revision !== undefined && { revision }),
    ...(acceptedAt && { acceptedAt: acceptedAt.toISOString() }),
    lastSeen: lastSeen.toISOString(),
  };
}
