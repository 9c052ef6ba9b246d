import { hostname } from 'node:os';
import { join } from 'node:path';

import { defaultRemovedAnnotations, maxBatchCrashes } from '#antenna/crash-report';
import { Duration, Integer, List, Setting, Size, Url, Urls } from '#antenna/service';

import { ListenConfig } from './listen.config.js';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

const maxProductSeries = 1000;

/** For the last answers, and for calls to the store and the queue that are in flight when the drain ends. */
const shutdownMarginMs = 3000;

/** All settings of ingest. Sizes are in bytes, times in milliseconds. */
export class IngestConfig extends ListenConfig {
  @Setting({
    env: 'RULES_FILE',
    doc: 'YAML file with the throttle rules. Unset: the bundled Mozilla rules.',
  })
  rulesFile: string | undefined;

  @Setting({
    env: 'THROTTLE_CONFIG_URL',
    doc: 'URL of throttle-config, which serves the live rules. Unset: the rules change only at a restart.',
  })
  @Url()
  throttleConfigUrl: string | undefined;

  @Setting({
    env: 'THROTTLE_CONFIG_REPLICAS',
    doc: 'URLs of all replicas of throttle-config, or with a name for all their addresses, to which verdicts are reported. Unset: THROTTLE_CONFIG_URL.',
  })
  @Urls()
  givenThrottleConfigReplicas: readonly string[] | undefined;

  @Setting({
    env: 'RULESET_CACHE',
    doc: 'File that keeps the last valid rules, for a start without throttle-config. Unset: ruleset.json in SPOOL_DIR.',
  })
  rulesetCacheFile: string | undefined;

  @Setting({
    env: 'INSTANCE_NAME',
    doc: "Name of this process in throttle-config's list of instances. Unset: the host name.",
  })
  givenInstanceName: string | undefined;

  @Setting({
    env: 'SUBMITTER_TOKEN',
    doc: 'Bearer token that lets a client choose crash ids by a uuid annotation. Unset: no client can.',
    secret: true,
  })
  submitterToken: string | undefined;

  @Setting({
    env: 'REMOVED_ANNOTATIONS',
    doc: 'Annotations that are removed before a report is stored.',
  })
  @List()
  removedAnnotations: readonly string[] = defaultRemovedAnnotations;

  @Setting({
    env: 'METRIC_PRODUCTS',
    doc: 'Products that are metric labels; others count as other.',
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
    doc: 'Release channels that are metric labels; others count as other.',
  })
  @List()
  metricChannels: readonly string[] = ['nightly', 'aurora', 'beta', 'release', 'esr', 'default'];

  @Setting({
    env: 'SPOOL_DIR',
    doc: 'Directory in which reports wait for shipping; must not be shared between processes.',
  })
  spoolDirectory = './data/spool';

  @Setting({
    env: 'SPOOL_CAPACITY',
    doc: 'Largest size of the spool; less if the disk has less besides SPOOL_MIN_FREE. New uploads get a 503 from 90% on.',
  })
  @Size({ min: '1MiB' })
  spoolCapacity = 10 * GiB;

  @Setting({ env: 'SPOOL_MIN_FREE', doc: 'Free disk space below which new uploads get a 503.' })
  @Size()
  spoolMinFree = 256 * MiB;

  @Setting({
    env: 'SPOOL_MEMORY_PER_UPLOAD',
    doc: 'Memory for the dumps of an upload before they go to disk; a smaller rejected report costs no write.',
  })
  @Size({ min: '0B', max: '64MiB' })
  spoolMemoryPerUpload = 640 * KiB;

  @Setting({
    env: 'MAX_UPLOADS',
    doc: 'Largest number of uploads in flight; further ones get a 503.',
  })
  @Integer({ min: 1, max: 10_000 })
  maxUploads = 64;

  @Setting({
    env: 'MAX_CONNECTIONS',
    doc: 'Largest number of open connections; near it, the longest idle ones are closed.',
  })
  @Integer({ min: 1, max: 100_000 })
  maxConnections = 4096;

  @Setting({ env: 'MAX_PAYLOAD', doc: 'Largest request body, before decompression.' })
  @Size({ min: '1KiB', max: '1GiB' })
  maxPayloadBytes = 25 * MiB;

  @Setting({ env: 'MAX_INFLATED', doc: 'Largest request body, after decompression.' })
  @Size({ min: '1KiB', max: '1GiB' })
  maxInflatedBytes = 100 * MiB;

  @Setting({
    env: 'MAX_ANNOTATION',
    doc: 'Largest value of one annotation; a larger one is dropped with a note.',
  })
  @Size({ min: '1KiB', max: '256MiB' })
  maxAnnotationBytes = 2 * MiB;

  @Setting({ env: 'MAX_ANNOTATIONS', doc: 'Largest sum of all annotations of a report.' })
  @Size({ min: '1KiB', max: '256MiB' })
  maxAnnotationsBytes = 8 * MiB;

  @Setting({
    env: 'MAX_RAW_CRASH',
    doc: 'Largest raw crash, which is JSON: a control character of an annotation takes six bytes.',
  })
  @Size({ min: '1KiB', max: '256MiB' })
  maxRawCrashBytes = 16 * MiB;

  @Setting({
    env: 'ANNOTATION_MEMORY',
    doc: 'Memory for the annotations of all uploads in flight, decoded and as JSON; beyond it, uploads get a 503.',
  })
  @Size({ min: '1MiB' })
  annotationMemory = 96 * MiB;

  @Setting({
    env: 'DECODER_MEMORY',
    doc: 'Memory for the windows of all br and zstd bodies in flight, of up to 16 MiB each; an upload that waits 5 seconds for it gets a 503.',
  })
  @Size({ min: '20MiB' })
  decoderMemory = 64 * MiB;

  @Setting({ env: 'MAX_PARTS', doc: 'Largest number of parts in a multipart body.' })
  @Integer({ min: 1, max: 100_000 })
  maxParts = 5000;

  @Setting({ env: 'MAX_DUMPS', doc: 'Largest number of dumps in a report.' })
  @Integer({ min: 1, max: 10_000 })
  maxDumps = 32;

  @Setting({ env: 'MAX_PART_HEADER', doc: 'Largest size of the headers of one part.' })
  @Size({ min: '256B', max: '1MiB' })
  maxPartHeaderBytes = 16 * KiB;

  @Setting({ env: 'MAX_JSON_DEPTH', doc: 'Deepest nesting of JSON annotations.' })
  @Integer({ min: 1, max: 1000 })
  maxJsonDepth = 64;

  @Setting({ env: 'MAX_JSON_VALUES', doc: 'Largest number of values in JSON annotations.' })
  @Integer({ min: 1, max: 10_000_000 })
  maxJsonValues = 20_000;

  @Setting({ env: 'IDLE_TIMEOUT', doc: 'Longest pause of an upload.' })
  @Duration({ min: '100ms', max: '10m' })
  idleTimeoutMs = 60_000;

  @Setting({ env: 'UPLOAD_TIMEOUT', doc: 'Longest duration of an upload.' })
  @Duration({ min: '100ms', max: '1h' })
  uploadTimeoutMs = 10 * 60_000;

  @Setting({
    env: 'MIN_UPLOAD_RATE',
    doc: 'Least average rate of an upload per second; slower ones get a 408 after UPLOAD_GRACE, and ones below 8 times this when another upload needs their slot. 0B: no limit.',
  })
  @Size({ max: '1MiB' })
  minUploadRate = 1 * KiB;

  @Setting({
    env: 'UPLOAD_GRACE',
    doc: 'How long ingest waits for bytes of an upload before MIN_UPLOAD_RATE applies.',
  })
  @Duration({ min: '100ms', max: '1h' })
  uploadGraceMs = 30_000;

  @Setting({
    env: 'LINGER_BYTES',
    doc: 'How much of a refused upload is read and dropped, so that the client reads the answer.',
  })
  @Size()
  lingerBytes = 64 * MiB;

  @Setting({ env: 'LINGER_TIMEOUT', doc: 'How long a refused upload is read and dropped.' })
  @Duration({ min: '100ms', max: '10m' })
  lingerTimeoutMs = 30_000;

  @Setting({ env: 'LINGER_IDLE', doc: 'How long to wait for the next byte of a refused upload.' })
  @Duration({ min: '100ms', max: '10m' })
  lingerIdleMs = 5000;

  @Setting({ env: 'RETRY_AFTER', doc: 'Retry-After of a 503.' })
  @Duration({ min: '1s', max: '1h' })
  retryAfterMs = 30_000;

  @Setting({
    env: 'SHIP_CONCURRENCY',
    doc: 'Number of batches shipped at the same time. Raise it when the spool grows although shipping does not fail.',
  })
  @Integer({ min: 1, max: 100 })
  shipBatches = 2;

  @Setting({
    env: 'SHIP_BATCH_COUNT',
    doc: 'Largest number of reports in one object of the staging bucket. 1: each report has its own.',
  })
  @Integer({ min: 1, max: maxBatchCrashes })
  shipBatchCount = 6;

  @Setting({
    env: 'SHIP_BATCH_BYTES',
    doc: 'Largest size of such an object; a larger report has its own. Keep it below crashmover’s ENVELOPE_MEMORY.',
  })
  @Size({ min: '1MiB', max: '64MiB' })
  shipBatchBytes = 16 * MiB;

  @Setting({
    env: 'SHIP_LINGER',
    doc: 'How long a report waits for others of its batch, unless none arrived shortly before it. Raise it for fewer paid calls, lower it for a shorter way to the processors.',
  })
  @Duration({ min: '0s', max: '10s' })
  shipLingerMs = 500;

  @Setting({
    env: 'DRAIN_TIMEOUT',
    doc: 'How long a stopping ingest ships reports; the rest stays in the spool. Must be shorter than SHUTDOWN_GRACE.',
  })
  @Duration({ min: '0s', max: '1h' })
  drainTimeoutMs = 10_000;

  get throttleConfigReplicas(): readonly string[] {
    return this.givenThrottleConfigReplicas ?? [this.throttleConfigUrl ?? []].flat();
  }

  get rulesetCache(): string {
    return this.rulesetCacheFile ?? join(this.spoolDirectory, 'ruleset.json');
  }

  /** How long uploads may go on after a shutdown began, so that the rest of SHUTDOWN_GRACE is enough to drain. */
  get finishUploadsMs(): number {
    return Math.max(1000, this.shutdownGrace - this.drainTimeoutMs - shutdownMarginMs);
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
    // Two more of each for `other` and `none`. OpenTelemetry merges the series of a counter beyond 2,000.
    if ((this.metricProducts.length + 2) * (this.metricChannels.length + 2) > maxProductSeries) {
      problems.push(
        `METRIC_PRODUCTS and METRIC_CHANNELS must make at most ${maxProductSeries} pairs, with other and none`,
      );
    }
    return problems;
  }
}
