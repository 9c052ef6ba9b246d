import { SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { openSqsQueue } from '#antenna/message-queue';
import { type AwsStandIns, startAwsStandIns } from '#antenna/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { doctorOf } from '../../test/doctor-findings.js';
import { runCaptured } from '../../test/run-captured.js';

const letters = 'antenna-processing-dead-letter';
const ofIntake = 'antenna-intake-dead-letter';

describe('antenna doctor with PROCESSING_DEAD_LETTER_QUEUE', () => {
  let standIns: AwsStandIns;
  let environment: Record<string, string>;
  let sqs: SQSClient;

  beforeEach(async () => {
    standIns = await startAwsStandIns({
      buckets: ['staging', 'crashes'],
      queues: [
        { name: 'antenna-intake', deadLetter: { queue: ofIntake, maxReceiveCount: 50 } },
        { name: 'antenna-processing', deadLetter: { queue: letters, maxReceiveCount: 1000 } },
      ],
    });
    Object.assign(process.env, standIns.environment);
    const { connection } = standIns;
    environment = {
      BACKEND: 'aws',
      AWS_REGION: connection.region,
      S3_ENDPOINT: connection.endpoint,
      SQS_ENDPOINT: connection.endpoint,
      STAGING_BUCKET: 'staging',
      CRASH_BUCKET: 'crashes',
      PROCESSING_DEAD_LETTER_QUEUE: letters,
    };
    sqs = new SQSClient(connection);
  });

  afterEach(async () => {
    sqs.destroy();
    await standIns.stop();
  });

  const doctor = doctorOf(async (args) =>
    runCaptured(['doctor', ...args], { environment, now: () => new Date() }),
  );

  it.each([
    [undefined, 'error', 'a message that kills the processor comes back'],
    [
      { deadLetterTargetArn: arnOf(ofIntake), maxReceiveCount: 1000 },
      'error',
      `which is not PROCESSING_DEAD_LETTER_QUEUE (${letters})`,
    ],
    [
      { deadLetterTargetArn: arnOf(letters), maxReceiveCount: 10 },
      'warning',
      'after 10 receives, before the processor',
    ],
  ])('judges the redrive policy %j of the processing queue', async (policy, status, message) => {
    const QueueUrl = `${standIns.connection.endpoint}/000000000000/antenna-processing`;
    const RedrivePolicy = policy === undefined ? '' : JSON.stringify(policy);
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { RedrivePolicy } }));
    expect((await doctor.findings())['processing.redrive']).toEqual({
      status,
      message: expect.stringContaining(message),
      fix: 'see RedrivePolicy in k8s/aws/processing-queue.json',
    });
  });

  it('warns of what the processor gave up', async () => {
    const queue = await openSqsQueue({ ...standIns.connection, queueName: letters });
    await queue.send([{ body: 'a' }]);
    await queue.close();
    expect(await doctor.findings()).toMatchObject({
      'processing.redrive': { status: 'ok', message: `to ${letters} after 1000 receives` },
      'processing-dead-letters.depth': {
        status: 'warning',
        message: '1 dead letter',
        fix: 'antenna dead-letter ls --queue processing (docs/operations.md)',
      },
      'processing-dead-letters.retention': { status: 'ok' },
      'dead-letters.depth': { status: 'ok' },
    });
  });

  it('reports that the queue does not exist', async () => {
    environment['PROCESSING_DEAD_LETTER_QUEUE'] = 'mistyped';
    expect((await doctor.findings())['processing-dead-letters.depth']).toEqual({
      status: 'error',
      message: 'queue mistyped does not exist',
      fix: expect.stringContaining('PROCESSING_DEAD_LETTER_QUEUE'),
    });
  });
});

function arnOf(queue: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${queue}`;
}
