import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

import type { CoreV1Event } from '@kubernetes/client-node';
import { Inject, Injectable } from '@nestjs/common';

import { Logger, Metrics } from '#antenna/telemetry';
import { describeProblem } from '#antenna/throttle';

import { type EditOutcome, RulesetEdits } from '../ruleset/ruleset-edits.js';
import { RULES_CONFIG_MAP } from '../tokens.js';
import { failureInWords, statusOf } from '../kubernetes/api-failure.js';
import type { RulesConfigMap } from '../kubernetes/cluster.js';

/** What Kubernetes allows for an Event's message. */
const messageCharacters = 1024;
const alreadyThere = 409;
const component = 'throttle-config';

/** Answers every edit with an Event on the ConfigMap: `kubectl describe configmap` shows it to the author. */
@Injectable()
export class RulesetEvents {
  constructor(
    rulesets: RulesetEdits,
    @Inject(RULES_CONFIG_MAP) private readonly rules: RulesConfigMap,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    rulesets.onEdit((outcome) => void this.tell(outcome));
  }

  private async tell(outcome: EditOutcome): Promise<void> {
    if (!outcome.object) return;
    const { namespace } = this.rules;
    try {
      await this.rules.api.createNamespacedEvent({ namespace, body: eventOf(outcome) });
    } catch (error) {
      if (statusOf(error) === alreadyThere) return;
      this.metrics.increment('antenna.throttle_config.feedback_failures', { target: 'event' });
      this.logger.warn(`the event about an edit was not written: ${failureInWords(error)}`);
    }
  }
}

/** Its name follows from the edit: all replicas tell of it, and one Event comes of it. */
function eventOf(outcome: EditOutcome): CoreV1Event {
  const { object, result } = outcome;
  const now = new Date();
  const { namespace = '', name = '', uid = '', resourceVersion = '' } = object ?? {};
  return {
    metadata: { namespace, name: `${name}.${eventKey(uid, resourceVersion, result)}` },
    involvedObject: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace,
      name,
      uid,
      resourceVersion,
    },
    type: result === 'accepted' ? 'Normal' : 'Warning',
    reason: result === 'accepted' ? 'RulesetAccepted' : 'RulesetRejected',
    message: shorten(messageOf(outcome)),
    source: { component },
    reportingComponent: component,
    reportingInstance: hostname(),
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
}

function eventKey(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}

function messageOf({ result, live, errors }: EditOutcome): string {
  const problems = (result === 'accepted' ? live.warnings : errors).map(describeProblem);
  const head =
    result === 'accepted'
      ? `Revision ${live.revision} is live, with ${live.document.rules.length} rules.`
      : `Not taken; revision ${live.revision} stays live. Errors: ${errors.length}.`;
  return [head, ...problems].join('\n');
}

function shorten(message: string): string {
  return message.length > messageCharacters
    ? `${message.slice(0, messageCharacters - 1)}…`
    : message;
}
