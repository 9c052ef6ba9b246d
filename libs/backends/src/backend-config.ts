import { Choice, Flag, Setting, Url } from '#antenna/service';

/** The kind of stores and queues that a component uses, and how to reach them. */
export class BackendConfig {
  @Setting({
    env: 'BACKEND',
    doc: 'Kind of stores and queues. `embedded` keeps everything in ANTENNA_DATA_DIR; `aws` uses S3 and SQS with the default credentials of the AWS SDK.',
  })
  @Choice(['embedded', 'aws'])
  backend: 'embedded' | 'aws' = 'embedded';

  @Setting({
    env: 'ANTENNA_DATA_DIR',
    doc: 'Data directory of the embedded backend; created if missing.',
  })
  dataDirectory = './data';

  @Setting({ env: 'AWS_REGION', doc: 'AWS region of the buckets and queues. Required with `aws`.' })
  region: string | undefined;

  @Setting({ env: 'S3_ENDPOINT', doc: 'URL of an S3-compatible store. Default: AWS.' })
  @Url()
  s3Endpoint: string | undefined;

  @Setting({
    env: 'S3_PATH_STYLE',
    doc: 'Put the bucket name into the path, as some S3-compatible stores require.',
  })
  @Flag()
  s3PathStyle = false;

  @Setting({ env: 'SQS_ENDPOINT', doc: 'URL of an SQS-compatible service. Default: AWS.' })
  @Url()
  sqsEndpoint: string | undefined;

  validate(): string[] {
    return this.backend === 'aws' ? this.missing([['AWS_REGION', this.region]]) : [];
  }

  protected missing(settings: readonly (readonly [string, string | undefined])[]): string[] {
    return settings
      .filter(([, value]) => value === undefined)
      .map(([env]) => `${env} is not set; BACKEND=aws requires it`);
  }
}

/** What ingest uses: the staging store and the intake queue. */
export class IngestBackendConfig extends BackendConfig {
  @Setting({ env: 'STAGING_BUCKET', doc: 'Bucket for staged envelopes. Required with `aws`.' })
  stagingBucket: string | undefined;

  @Setting({
    env: 'STAGING_PREFIX',
    doc: 'Key prefix in the staging bucket, such as `antenna/`. Set it if the bucket is shared.',
  })
  stagingPrefix = '';

  @Setting({ env: 'INTAKE_QUEUE', doc: 'Name or URL of the intake queue. Used with `aws`.' })
  intakeQueue = 'antenna-intake';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['STAGING_BUCKET', this.stagingBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}

const crashBucket = Setting({
  env: 'CRASH_BUCKET',
  doc: 'Bucket for stored crashes. Required with `aws`.',
});
const crashPrefix = Setting({
  env: 'CRASH_PREFIX',
  doc: 'Key prefix in the crash bucket, such as `antenna/`. Set it if the bucket is shared.',
});
const processingQueue = Setting({
  env: 'PROCESSING_QUEUE',
  doc: 'Name or URL of the processing queue. Used with `aws`.',
});

/** What crashmover uses: also the crash store, the processing queue and the dead-letter queue. */
export class CrashmoverBackendConfig extends IngestBackendConfig {
  @crashBucket
  crashBucket: string | undefined;

  @crashPrefix
  crashPrefix = '';

  @processingQueue
  processingQueue = 'antenna-processing';

  @Setting({
    env: 'DEAD_LETTER_QUEUE',
    doc: 'Name or URL of the queue for crashes that could not be moved. Used with `aws`.',
  })
  deadLetterQueue = 'antenna-intake-dead-letter';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['CRASH_BUCKET', this.crashBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}

/** What the processor uses: the crash store, the processing queue and a dead-letter queue of its own. */
export class ProcessorBackendConfig extends BackendConfig {
  @crashBucket
  crashBucket: string | undefined;

  @crashPrefix
  crashPrefix = '';

  @processingQueue
  processingQueue = 'antenna-processing';

  @Setting({
    env: 'PROCESSING_DEAD_LETTER_QUEUE',
    doc: 'Name or URL of the queue for crash ids that could not be processed. Used with `aws`.',
  })
  processingDeadLetterQueue = 'antenna-processing-dead-letter';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['CRASH_BUCKET', this.crashBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}

/** What Crash Stats uses: the crash store, which it reads, and the processing queue, to which it sends. */
export class CrashStatsBackendConfig extends BackendConfig {
  @crashBucket
  crashBucket: string | undefined;

  @crashPrefix
  crashPrefix = '';

  @processingQueue
  processingQueue = 'antenna-processing';

  override validate(): string[] {
    const own: [string, string | undefined][] = [['CRASH_BUCKET', this.crashBucket]];
    return [...super.validate(), ...(this.backend === 'aws' ? this.missing(own) : [])];
  }
}
