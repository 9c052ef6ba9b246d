import { Injectable } from '@nestjs/common';

import { type IngestInstance, IngestInstances } from '../instances/ingest-instances.js';
import type { WindowCounts } from '../instances/verdict-windows.js';
import { CurrentRuleset } from '../../ruleset/current-ruleset.js';
import { RulesetEdits } from '../../ruleset/ruleset-edits.js';
import type { InstanceAnswer, SourceAnswer, StatusAnswer, WindowAnswer } from './status.dto.js';

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
    const windows = this.instances.verdicts().map((window) => windowAnswer(window));
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
      windows,
      verdictMinutes: windows[0]?.minutes ?? 0,
      verdicts: windows[0]?.verdicts ?? [],
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

function windowAnswer({ minutes, since, instances, verdicts }: WindowCounts): WindowAnswer {
  return {
    minutes,
    ...(since && { since: since.toISOString() }),
    instances,
    verdicts: Array.from(verdicts, ([rule, counts]) => ({ rule, counts })),
  };
}
