import { createHash } from 'node:crypto';
import { hostname } from 'node:os';

import type { CoreV1Event } from '@kubernetes/client-node';
import { Injectable } from '@nestjs/common';

import { Logger, Metrics } from '#antenna/telemetry';
import { describeProblem } from '#antenna/throttle';

import { type Edit, RulesetEdits } from '../ruleset/ruleset-edits.js';
import { failureInWords, statusOf } from '../kubernetes/api-failure.js';
import { RulesConfigMap } from '../kubernetes/cluster.js';

/** Kubernetes limits the message of an Event to this length. */
const messageCharacters = 1024;
const alreadyExists = 409;
const component = 'throttle-config';

/** Answers every edit with an Event on the ConfigMap, which `kubectl describe configmap` shows to the author. */
@Injectable()
export class RulesetEvents {
  constructor(
    edits: RulesetEdits,
    private readonly rules: RulesConfigMap,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {
    edits.onEdit((edit) => void this.write(edit));
  }

  private async write(edit: Edit): Promise<void> {
    if (!edit.object) return;
    const { namespace } = this.rules;
    try {
      await this.rules.api.createNamespacedEvent({ namespace, body: eventOf(edit) });
    } catch (error) {
      if (statusOf(error) === alreadyExists) return;
      this.metrics.increment('antenna.throttle_config.feedback_failures', { target: 'event' });
      this.logger.warn(`the event about an edit was not written: ${failureInWords(error)}`);
    }
  }
}

/** The name is derived from the edit, so that several replicas create one Event. */
function eventOf(edit: Edit): CoreV1Event {
  const { object, result } = edit;
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
    message: shorten(messageOf(edit)),
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

function messageOf({ result, live, errors }: Edit): string {
  const problems = (result === 'accepted' ? live.warnings : errors).map(describeProblem);
  const head =
    result === 'accepted'
      ? `Revision ${live.revision} is live, with ${live.document.rules.length} rules.`
      : `Refused; revision ${live.revision} stays live. Errors: ${errors.length}.`;
  return [head, ...problems].join('\n');
}

function shorten(message: string): string {
  return message.length > messageCharacters
    ? `${message.slice(0, messageCharacters - 1)}…`
    : message;
}
