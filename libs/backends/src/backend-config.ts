import { Choice, Flag, Setting, Url } from '#antenna/service';

/** Which kind of store and queue a component runs on, and how to reach it. */
export class BackendConfig {
  @Setting({
    env: 'BACKEND',
    doc: 'What stores and queues are: `embedded` keeps all in ANTENNA_DATA_DIR, `aws` uses S3 and SQS with the credentials of the AWS SDK’s default chain.',
  })
  @Choice(['embedded', 'aws'])
  backend: 'embedded' | 'aws' = 'embedded';

  @Setting({ env: 'ANTENNA_DATA_DIR', doc: 'Directory of the embedded backend.' })
  dataDirectory = './data';

  @Setting({ env: 'AWS_REGION', doc: 'Region of buckets and queues; needed for `aws`.' })
  region: string | undefined;

  @Setting({ env: 'S3_ENDPOINT', doc: 'Address of an S3-compatible store; unset: AWS.' })
  @Url()
  s3Endpoint: string | undefined;

  @Setting({ env: 'S3_PATH_STYLE', doc: 'Bucket in the path instead of the host name.' })
  @Flag()
  s3PathStyle = false;

  @Setting({ env: 'SQS_ENDPOINT', doc: 'Address of an SQS-compatible service; unset: AWS.' })
  @Url()
  sqsEndpoint: string | undefined;

  validate(): string[] {
    return this.backend === 'aws' ? this.missing([['AWS_REGION', this.region]]) : [];
  }

  protected missing(settings: readonly (readonly [string, string | undefined])[]): string[] {
    return settings
      .filter(([, value]) => value === undefined)
      .map(([env]) => `${env} is not set: BACKEND=aws needs it`);
  }
}

/** What ingest needs: where to stage envelopes, and where to announce them. */
export class IngestBackendConfig extends BackendConfig {
  @Setting({ env: 'STAGING_BUCKET', doc: 'Bucket of staged envelopes; needed for `aws`.' })
  stagingBucket: string | undefined;

  @Setting({ env: 'STAGING_PREFIX', doc: 'Key prefix in the staging bucket, such as `antenna/`.' })
  stagingPrefix = '';

  @Setting({ env: 'INTAKE_QUEUE', doc: 'Name or URL of the intake queue (`aws`).' })
  intakeQueue = 'antenna-intake';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['STAGING_BUCKET', this.stagingBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}

/** What crashmover needs: all that ingest needs, where crashes are kept, and whom to tell. */
export class CrashmoverBackendConfig extends IngestBackendConfig {
  @Setting({ env: 'CRASH_BUCKET', doc: 'Bucket of stored crashes; needed for `aws`.' })
  crashBucket: string | undefined;

  @Setting({ env: 'CRASH_PREFIX', doc: 'Key prefix in the crash bucket.' })
  crashPrefix = '';

  @Setting({ env: 'PROCESSING_QUEUE', doc: 'Name or URL of the processing queue (`aws`).' })
  processingQueue = 'antenna-processing';

  @Setting({
    env: 'DEAD_LETTER_QUEUE',
    doc: 'Name or URL of the queue for crashes that could not be moved (`aws`).',
  })
  deadLetterQueue = 'antenna-intake-dead-letter';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['CRASH_BUCKET', this.crashBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}
