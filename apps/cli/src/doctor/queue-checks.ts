import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { countOf, formatAge } from '../human-units.js';
import { notKnown, settingCheck } from './aws-setting.js';
import { type Check, failure, type Finding, ok, once, warning } from './check.js';

export type QueueId = 'intake' | 'processing' | 'dead-letters' | 'processing-dead-letters';
type Attributes = Readonly<Partial<Record<QueueAttributeName, string>>>;

const variables: Readonly<Record<QueueId, string>> = {
  intake: 'INTAKE_QUEUE',
  processing: 'PROCESSING_QUEUE',
  'dead-letters': 'DEAD_LETTER_QUEUE',
  'processing-dead-letters': 'PROCESSING_DEAD_LETTER_QUEUE',
};
const daySeconds = 86_400;
/** Of SQS. */
export const maxRetentionDays = 14;
/** SQS's default: a long weekend without crashmover. */
const minRetentionDays = 4;

/** A queue of the services. */
export class InspectedQueue {
  readonly url = once(async () => await this.findUrl());
  readonly attributes = once(async () => await this.readAttributes());

  /** @param queue its name or URL */
  constructor(
    readonly id: QueueId,
    private readonly queue: string,
    private readonly sqs: SQSClient,
    private readonly abortSignal: AbortSignal,
  ) {}

  get name(): string {
    return this.queue.split('/').at(-1) ?? this.queue;
  }

  /** Days that a message is kept; undefined if that cannot be read. */
  async retentionDays(): Promise<number | undefined> {
    const attributes = await this.attributes().catch(() => undefined);
    const seconds = attributes?.MessageRetentionPeriod;
    return seconds === undefined ? undefined : Number(seconds) / daySeconds;
  }

  check(side: string, judge: (attributes: Attributes) => Finding, missing?: Finding): Check {
    return settingCheck(`${this.id}.${side}`, {
      permission: `sqs:GetQueueAttributes${URL.canParse(this.queue) ? '' : ' and sqs:GetQueueUrl'}`,
      read: this.attributes,
      judge: (attributes = {}) => judge(attributes),
      ...(missing && { missing }),
    });
  }

  private async findUrl(): Promise<string> {
    if (URL.canParse(this.queue)) return this.queue;
    const command = new GetQueueUrlCommand({ QueueName: this.queue });
    const { QueueUrl } = await this.sqs.send(command, { abortSignal: this.abortSignal });
    return QueueUrl ?? '';
  }

  private async readAttributes(): Promise<Attributes> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: await this.url(),
      AttributeNames: ['All'],
    });
    const { Attributes } = await this.sqs.send(command, { abortSignal: this.abortSignal });
    return Attributes ?? {};
  }
}

/**
 * The checks of one queue. SQS does not say how old its oldest message is.
 * @param deadLetters of the service that takes from this queue; undefined if it has none, or is not there
 */
export function queueChecks(
  queue: InspectedQueue,
  { deadLetters, maxAttempts }: { deadLetters: InspectedQueue | undefined; maxAttempts: number },
): Check[] {
  const { id, name } = queue;
  return [
    queue.check(
      'depth',
      ({ ApproximateNumberOfMessages: visible, ApproximateNumberOfMessagesNotVisible: hidden }) =>
        depthFinding(id, { visible: Number(visible), inFlight: Number(hidden) }),
      failure(
        `queue ${name} does not exist`,
        `create it (docs/install.md), or correct ${variables[id]}`,
      ),
    ),
    queue.check('retention', ({ MessageRetentionPeriod: seconds }) => {
      if (seconds === undefined) return notKnown;
      const days = Number(seconds) / daySeconds;
      const kept = `messages are kept for ${formatAge(Number(seconds) * 1000)}`;
      if (days >= minRetentionDays) return ok(kept);
      return warning(
        kept,
        `aws sqs set-queue-attributes --queue-url … --attributes MessageRetentionPeriod=${maxRetentionDays * daySeconds}`,
      );
    }),
    ...(deadLetters === undefined
      ? []
      : [queue.check('redrive', ({ RedrivePolicy }) => judgeRedrive(RedrivePolicy, deadLetters))]),
  ];

  function judgeRedrive(policy: string | undefined, letters: InspectedQueue): Finding {
    const service = id === 'intake' ? 'crashmover' : 'the processor';
    const fix = `see RedrivePolicy in k8s/aws/${id}-queue.json`;
    if (policy === undefined)
      return failure(`no redrive policy: a message that kills ${service} comes back for ever`, fix);
    const { deadLetterTargetArn: target = '', maxReceiveCount } = JSON.parse(policy) as {
      deadLetterTargetArn?: string;
      maxReceiveCount?: number | string;
    };
    const targetName = target.split(':').at(-1);
    if (targetName !== letters.name) {
      return failure(
        `dead letters of SQS go to ${targetName}, which is not ${variables[letters.id]} (${letters.name})`,
        fix,
      );
    }
    const count = Number(maxReceiveCount);
    if (count > maxAttempts) return ok(`to ${targetName} after ${count} receives`);
    return warning(
      `SQS gives up after ${count} receives, before ${service} does (MAX_ATTEMPTS ${maxAttempts}), and without a reason`,
      fix,
    );
  }
}

const oldMs = 3_600_000;

/** For any kind of queue. */
export function depthFinding(
  id: QueueId,
  depth: { visible: number; inFlight: number; oldestAgeMs?: number },
): Finding {
  const { visible, inFlight, oldestAgeMs } = depth;
  const total = visible + inFlight;
  const isOfProcessor = id === 'processing-dead-letters';
  if ((id === 'dead-letters' || isOfProcessor) && total > 0) {
    return warning(
      countOf(total, 'dead letter', 'dead letters'),
      `antenna dead-letter ls${isOfProcessor ? ' --queue processing' : ''} (docs/operations.md)`,
    );
  }
  const oldest = oldestAgeMs === undefined ? '' : `, the oldest for ${formatAge(oldestAgeMs)}`;
  const message = `${countOf(visible, 'message waits', 'messages wait')}, ${inFlight} in flight${oldest}`;
  if (id === 'intake' && (oldestAgeMs ?? 0) > oldMs)
    return failure(message, 'does crashmover run? see docs/runbooks/AntennaIntakeOld.md');
  return ok(message);
}
