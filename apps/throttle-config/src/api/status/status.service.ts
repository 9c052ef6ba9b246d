import { Injectable } from '@nestjs/common';

import { type IngestInstance, IngestInstances } from '../instances/ingest-instances.js';
import { VerdictWindow } from '../instances/verdict-window.js';
import { RulesetEdits } from '../../ruleset/ruleset-edits.js';
import type { InstanceAnswer, SourceAnswer, StatusAnswer } from './status-answer.dto.js';

/** Puts together what throttle-config knows. */
@Injectable()
export class StatusService {
  constructor(
    private readonly rulesets: RulesetEdits,
    private readonly fleet: IngestInstances,
  ) {}

  status(): StatusAnswer {
    const { live, refusal } = this.rulesets.holder;
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
      instances: this.fleet.members().map((member) => instanceAnswer(member)),
      verdictMinutes: VerdictWindow.minutes,
      verdicts: Array.from(this.fleet.verdicts(), ([rule, counts]) => ({ rule, counts })),
    };
  }

  private source(): SourceAnswer {
    const { source, sourceProblem, sourceReachedAt } = this.rulesets;
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
