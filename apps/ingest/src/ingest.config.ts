import { hostname } from 'node:os';
import { join } from 'node:path';

import { Duration, Integer, List, Port, ServiceConfig, Setting, Size, Url } from '#antenna/service';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

const mostProductSeries = 1000;

/** Everything about ingest that an operator may set. Sizes are bytes, times milliseconds. */
export class IngestConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Port on which crash reports arrive; 0 takes any free one.' })
  @Port()
  override port = 8000;

  @Setting({ env: 'RULES_FILE', doc: 'Throttle rules (YAML); unset: the bundled Mozilla rules.' })
  rulesFile: string | undefined;

  @Setting({
    env: 'THROTTLE_CONFIG_URL',
    doc: 'Where throttle-config serves the live rules; unset: the rules at start-up stay.',
  })
  @Url()
  throttleConfigUrl: string | undefined;

  @Setting({
    env: 'RULESET_CACHE',
    doc: 'File that keeps the last good rules for a start without throttle-config; unset: in the spool.',
  })
  rulesetCacheFile: string | undefined;

  @Setting({
    env: 'INSTANCE_NAME',
    doc: 'How this process is listed by throttle-config; unset: the host name.',
  })
  givenInstanceName: string | undefined;

  @Setting({
    env: 'SUBMITTER_TOKEN',
    doc: 'Bearer token whose holder may choose crash ids by a uuid annotation; unset: nobody may.',
    secret: true,
  })
  submitterToken: string | undefined;

  @Setting({
    env: 'REMOVED_ANNOTATIONS',
    doc: 'Annotations that are removed before anything is stored.',
  })
  @List()
  removedAnnotations: readonly string[] = [
    'Email',
    'TelemetryClientId',
    'TelemetryServerURL',
    'TelemetrySessionId',
  ];

  @Setting({
    env: 'METRIC_PRODUCTS',
    doc: 'Values of ProductName that metrics tell apart; every other one is counted as other.',
  })
  @List()
  metricProducts: readonly string[] = [
    'Firefox',
    'Firefox Enterprise',
    'Fenix',
    'Focus',
    'Thunderbird',
    'ReferenceBrowser',
    'MozillaVPN',
    'Fennec',
    'SeaMonkey',
  ];

  @Setting({
    env: 'METRIC_CHANNELS',
    doc: 'Values of ReleaseChannel that metrics tell apart; every other one is counted as other.',
  })
  @List()
  metricChannels: readonly string[] = ['nightly', 'aurora', 'beta', 'release', 'esr', 'default'];

  @Setting({ env: 'SPOOL_DIR', doc: 'Where reports wait for shipping; one process a directory.' })
  spoolDirectory = './data/spool';

  @Setting({
    env: 'SPOOL_CAPACITY',
    doc: 'Bytes that may wait; from nine tenths of it on clients get a 503.',
  })
  @Size({ min: '1MiB' })
  spoolCapacity = 10 * GiB;

  @Setting({ env: 'SPOOL_MIN_FREE', doc: 'Free space of the disk below which clients get a 503.' })
  @Size()
  spoolMinFree = 256 * MiB;

  @Setting({
    env: 'SPOOL_MEMORY_PER_UPLOAD',
    doc: 'What an upload may hold in memory before it flows to disk; a report that is rejected by then costs no write.',
  })
  @Size({ min: '0B', max: '64MiB' })
  spoolMemoryPerUpload = 640 * KiB;

  @Setting({ env: 'MAX_UPLOADS', doc: 'Uploads in flight; beyond it clients get a 503.' })
  @Integer({ min: 1, max: 10_000 })
  maxUploads = 64;

  @Setting({ env: 'MAX_CONNECTIONS', doc: 'Open connections; beyond it new ones are closed.' })
  @Integer({ min: 1, max: 100_000 })
  maxConnections = 4096;

  @Setting({ env: 'MAX_PAYLOAD', doc: 'Largest request body on the wire.' })
  @Size({ min: '1KiB', max: '1GiB' })
  maxPayloadBytes = 25 * MiB;

  @Setting({ env: 'MAX_INFLATED', doc: 'Largest body after decompression.' })
  @Size({ min: '1KiB', max: '1GiB' })
  maxInflatedBytes = 100 * MiB;

  @Setting({ env: 'MAX_ANNOTATION', doc: 'Largest value of a single annotation.' })
  @Size({ min: '1KiB', max: '256MiB' })
  maxAnnotationBytes = 20 * MiB;

  @Setting({ env: 'MAX_ANNOTATIONS', doc: 'Largest sum of all annotations of a report.' })
  @Size({ min: '1KiB', max: '256MiB' })
  maxAnnotationsBytes = 32 * MiB;

  @Setting({
    env: 'ANNOTATION_MEMORY',
    doc: 'Annotation bytes of all uploads in flight together; beyond it clients get a 503.',
  })
  @Size({ min: '1MiB' })
  annotationMemory = 96 * MiB;

  @Setting({ env: 'MAX_PARTS', doc: 'Most parts of a multipart body.' })
  @Integer({ min: 1, max: 100_000 })
  maxParts = 5000;

  @Setting({ env: 'MAX_PART_HEADER', doc: 'Most header bytes of one part.' })
  @Size({ min: '256B', max: '1MiB' })
  maxPartHeaderBytes = 16 * KiB;

  @Setting({ env: 'MAX_JSON_DEPTH', doc: 'How deep JSON annotations may be nested.' })
  @Integer({ min: 1, max: 1000 })
  maxJsonDepth = 64;

  @Setting({ env: 'MAX_JSON_VALUES', doc: 'How many values JSON annotations may have in all.' })
  @Integer({ min: 1, max: 10_000_000 })
  maxJsonValues = 200_000;

  @Setting({ env: 'IDLE_TIMEOUT', doc: 'Longest time that an upload may pause.' })
  @Duration({ min: '100ms', max: '10m' })
  idleTimeoutMs = 60_000;

  @Setting({ env: 'UPLOAD_TIMEOUT', doc: 'Longest time that a whole upload may take.' })
  @Duration({ min: '100ms', max: '1h' })
  uploadTimeoutMs = 10 * 60_000;

  @Setting({
    env: 'LINGER_BYTES',
    doc: 'How much of a refused upload is read and dropped, so that its client sees the answer.',
  })
  @Size()
  lingerBytes = 64 * MiB;

  @Setting({ env: 'LINGER_TIMEOUT', doc: 'How long a refused upload is read and dropped.' })
  @Duration({ min: '100ms', max: '10m' })
  lingerTimeoutMs = 30_000;

  @Setting({ env: 'LINGER_IDLE', doc: 'How long to wait for the next byte of a refused upload.' })
  @Duration({ min: '100ms', max: '10m' })
  lingerIdleMs = 5000;

  @Setting({ env: 'RETRY_AFTER', doc: 'When a client that got a 503 should come back.' })
  @Duration({ min: '1s', max: '1h' })
  retryAfterMs = 30_000;

  @Setting({ env: 'SHIP_CONCURRENCY', doc: 'Batches of ten reports that are shipped at once.' })
  @Integer({ min: 1, max: 100 })
  shipBatches = 2;

  @Setting({
    env: 'DRAIN_TIMEOUT',
    doc: 'How long a stopping ingest goes on shipping; what is left waits in the spool.',
  })
  @Duration({ min: '0s', max: '1h' })
  drainTimeoutMs = 10_000;

  get rulesetCache(): string {
    return this.rulesetCacheFile ?? join(this.spoolDirectory, 'ruleset.json');
  }

  get instanceName(): string {
    return this.givenInstanceName ?? hostname();
  }

  validate(): string[] {
    const problems: string[] = [];
    if (this.maxAnnotationBytes > this.maxAnnotationsBytes)
      problems.push('MAX_ANNOTATION must not be larger than MAX_ANNOTATIONS');
    if (this.maxAnnotationsBytes > this.annotationMemory)
      problems.push('MAX_ANNOTATIONS must not be larger than ANNOTATION_MEMORY');
    if (this.idleTimeoutMs > this.uploadTimeoutMs)
      problems.push('IDLE_TIMEOUT must not be longer than UPLOAD_TIMEOUT');
    if (this.drainTimeoutMs >= this.shutdownGrace)
      problems.push('DRAIN_TIMEOUT must be shorter than SHUTDOWN_GRACE');
    // With `other` and `none`; a counter of OpenTelemetry puts what lies beyond 2,000 series together.
    if ((this.metricProducts.length + 2) * (this.metricChannels.length + 2) > mostProductSeries) {
      problems.push(
        `METRIC_PRODUCTS and METRIC_CHANNELS must not make more than ${mostProductSeries} pairs, other and none included`,
      );
    }
    return problems;
  }
}
