import { PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { createBucket, createQueue, elasticmq, versitygw } from '#antenna/testing';
import { describe, expect, it } from '@jest/globals';
import { doctorOf } from '../../test/doctor-findings.js';
import { runCaptured } from '../../test/run-captured.js';

const describePeers = versitygw.isInstalled && elasticmq.isInstalled ? describe : describe.skip;

describePeers(
  'antenna doctor with versitygw and ElasticMQ (installed by .ci/install-peers)',
  () => {
    it('skips what these servers do not know', async () => {
      const [s3, sqs] = await Promise.all([versitygw.start(), elasticmq.start()]);
      for (const bucket of ['staging', 'crashes']) await createBucket(s3.connection, bucket);
      const client = new S3Client({ ...s3.connection, forcePathStyle: true });
      await client.send(
        new PutBucketVersioningCommand({
          Bucket: 'crashes',
          VersioningConfiguration: { Status: 'Enabled' },
        }),
      );
      client.destroy();
      const deadLetter = { queue: 'antenna-intake-dead-letter', maxReceiveCount: 50 };
      await createQueue(sqs.connection, { name: 'antenna-intake', deadLetter });
      await createQueue(sqs.connection, 'antenna-processing');
      const { accessKeyId, secretAccessKey } = s3.connection.credentials;
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
      });
      const environment = {
        BACKEND: 'aws',
        AWS_REGION: 'us-east-1',
        S3_ENDPOINT: s3.connection.endpoint,
        SQS_ENDPOINT: sqs.connection.endpoint,
        STAGING_BUCKET: 'staging',
        CRASH_BUCKET: 'crashes',
      };
      const doctor = doctorOf(async (args) =>
        runCaptured(['doctor', ...args], { environment, now: () => new Date() }),
      );
      const known = await doctor.findings('--skip', 'ingest', 'throttle-config', 'rules');
      const statuses = Object.entries(known).map(([name, { status }]) => `${status} ${name}`);
      expect(statuses).toEqual([
        'ok staging.exists',
        'skipped staging.public-access',
        'skipped staging.encryption',
        'ok staging.versioning',
        'skipped staging.lifecycle',
        'ok crashes.exists',
        'skipped crashes.public-access',
        'skipped crashes.encryption',
        'ok crashes.versioning',
        'skipped crashes.lifecycle',
        'ok intake.depth',
        'skipped intake.retention',
        'ok intake.redrive',
        'ok processing.depth',
        'skipped processing.retention',
        'ok dead-letters.depth',
        'skipped dead-letters.retention',
        'ok clock',
      ]);

      // The identity of the server's owner can do everything: of eraser's role, only what must be refused is wrong.
      const tried = await doctor.findings('--as', 'eraser', '--skip', 'eraser.intake');
      const errors = Object.entries(tried).filter(([, { status }]) => status === 'error');
      expect(errors.map(([name]) => name)).toEqual([
        'eraser.staging.list',
        'eraser.staging.get',
        'eraser.staging.put',
        'eraser.staging.delete',
        'eraser.processing.take',
        'eraser.dead-letters.take',
      ]);
      await Promise.all([s3.stop(), sqs.stop()]);
    }, 60_000);
  },
);
