/**
 * S3 and SQS in memory, in a process of its own, so that what they cost counts for nobody. It answers its parent's
 * questions: `connection`, and `calls` with how often each operation has been asked for. Argument: port.
 */
import { startAwsStandIns } from '#antenna/testing';

import { awsOperation } from './aws-operation.js';
import { crashBucket, queueNames, stagingBucket } from './aws-stand-in.js';

const calls: Record<string, number> = {};
const { intake, deadLetters, processing } = queueNames;
const { connection } = await startAwsStandIns({
  port: Number(process.argv[2]),
  buckets: [stagingBucket, crashBucket],
  queues: [{ name: intake, deadLetter: { queue: deadLetters, maxReceiveCount: 50 } }, processing],
  onRequest: (request) => {
    const operation = awsOperation(request);
    calls[operation] = (calls[operation] ?? 0) + 1;
  },
});
process.on('message', (question) => {
  if (question === 'connection') process.send?.(connection);
  if (question === 'calls') process.send?.(calls);
});
