import { expect, it } from '@jest/globals';

import { exampleValues, helm, chartFolder, refusalOf, type Values } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

type Refusal = readonly [title: string, values: Values, message: string];

const urlNeeded = { crashmover: { autoscaling: { mode: 'keda' } } };
const webhook = (more: object): Values => ({
  throttleConfig: { webhook: { enabled: true, ...more } },
});

const typos: readonly Refusal[] = [
  ['an unknown section', { ingst: {} }, "additional properties 'ingst' not allowed"],
  ['an unknown value', { ingest: { replica: 2 } }, "at '/ingest': additional properties 'replica'"],
  [
    'a string for a number',
    { ingest: { replicas: '3' } },
    "at '/ingest/replicas': got string, want integer",
  ],
  ['a negative number', { crashmover: { replicas: -1 } }, "at '/crashmover/replicas'"],
  [
    'an unknown mode',
    { crashmover: { autoscaling: { mode: 'hpa' } } },
    "'auto', 'keda', 'external', 'cpu', 'none'",
  ],
  ['an unknown log level', { logging: { level: 'trace' } }, "'debug', 'info', 'warn', 'error'"],
  [
    'a duration in words',
    { ingest: { uploadTimeout: '10 minutes' } },
    "at '/ingest/uploadTimeout'",
  ],
  [
    'an unknown setting',
    { ingest: { settings: { MAX_UPLOAD: 9 } } },
    "additional properties 'MAX_UPLOAD'",
  ],
  [
    'a setting that has its own chart value',
    { ingest: { settings: { UPLOAD_TIMEOUT: '1m' } } },
    "'UPLOAD_TIMEOUT' not allowed",
  ],
  [
    'a secret as a setting',
    { ingest: { settings: { SUBMITTER_TOKEN: 'x' } } },
    "'SUBMITTER_TOKEN' not allowed",
  ],
  [
    'a disruption budget that blocks every drain of a node',
    { ingest: { podDisruptionBudget: { maxUnavailable: 0 } } },
    "at '/ingest/podDisruptionBudget/maxUnavailable'",
  ],
  [
    'a minimum of available pods that is none',
    { crashmover: { podDisruptionBudget: { minAvailable: 0 } } },
    "at '/crashmover/podDisruptionBudget/minAvailable'",
  ],
  [
    'an address range without a length',
    { ingest: { service: { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0'] } } },
    "at '/ingest/service/loadBalancerSourceRanges/0'",
  ],
  ['an unknown DNS setting', { dnsConfig: { ndots: 2 } }, "additional properties 'ndots'"],
  ['a host alias without names', { hostAliases: [{ ip: '192.0.2.1' }] }, "'hostnames'"],
  ['a container without an image', { ingest: { sidecars: [{ name: 'x' }] } }, "'image'"],
  [
    'a source of variables without a name',
    { crashmover: { extraEnvFrom: [{ secretRef: {} }] } },
    "at '/crashmover/extraEnvFrom/0/secretRef'",
  ],
  [
    'a single variable as a source of variables',
    { crashmover: { extraEnvFrom: [{ name: 'X', value: '1' }] } },
    "at '/crashmover/extraEnvFrom/0': additional properties",
  ],
  [
    'an unknown rule of scaling',
    { ingest: { autoscaling: { enabled: true, behavior: { scaleDown: { seconds: 1 } } } } },
    "additional properties 'seconds'",
  ],
  ['an extra object without a name', { extraObjects: [{ kind: 'ConfigMap' }] }, "'metadata'"],
  [
    'a relative directory with symbols',
    { processor: { symbols: ['symbols'] } },
    "at '/processor/symbols/0'",
  ],
  ['public metrics', { publicPaths: ['/metrics'] }, "at '/publicPaths/0'"],
];

const contradictions: readonly Refusal[] = [
  [
    'volumes that are deleted with their reports, even with a hold',
    {
      ingest: {
        spool: { persistence: { whenScaled: 'Delete' } },
        autoscaling: { enabled: true, holdWhileSpooled: { enabled: true } },
      },
    },
    'ingest.spool.persistence.whenScaled=Delete would delete acknowledged reports',
  ],
  [
    'a grace period that is shorter than an upload',
    { ingest: { terminationGracePeriodSeconds: 30 } },
    'ingest.terminationGracePeriodSeconds is 30; the minimum is 665',
  ],
  [
    'an upload timeout of an hour',
    { ingest: { uploadTimeout: '60m' } },
    'the limit of SHUTDOWN_GRACE',
  ],
  [
    'an upload timeout that is shorter than the idle timeout',
    { ingest: { uploadTimeout: '30s' } },
    'ingest.settings.IDLE_TIMEOUT',
  ],
  [
    'a spool larger than its volume',
    { ingest: { spool: { capacity: '30GiB' } } },
    'do not fit into ingest.spool.persistence.size=20Gi',
  ],
  [
    'a volume that is too small',
    { ingest: { spool: { persistence: { size: '300Mi' } } } },
    'the minimum is 256 MiB',
  ],
  [
    'evictions of all pods at once',
    { ingest: { podDisruptionBudget: { maxUnavailable: 3 } } },
    'ingest.podDisruptionBudget.maxUnavailable=3 allows the eviction of all 3 pods',
  ],
  [
    'evictions of all pods at once, in percent',
    { ingest: { podDisruptionBudget: { maxUnavailable: '80%' } } },
    'ingest.podDisruptionBudget.maxUnavailable=80% allows the eviction of all 3 pods',
  ],
  [
    'a minimum and a maximum of pods for evictions',
    { throttleConfig: { podDisruptionBudget: { minAvailable: 1, maxUnavailable: 1 } } },
    'throttleConfig.podDisruptionBudget has both maxUnavailable=1 and minAvailable=1',
  ],
  [
    'evictions that leave all pods',
    { ingest: { podDisruptionBudget: { minAvailable: '70%' } } },
    'ingest.podDisruptionBudget.minAvailable=70% allows no eviction of 3 pods',
  ],
  [
    'evictions that leave the smallest number of pods of an autoscaler',
    { crashmover: { autoscaling: { mode: 'cpu' }, podDisruptionBudget: { minAvailable: 2 } } },
    'crashmover.podDisruptionBudget.minAvailable=2 allows no eviction of 2 pods',
  ],
  [
    'a load balancer class for another type of Service',
    { ingest: { service: { loadBalancerClass: 'x' } } },
    'need ingest.service.type=LoadBalancer, but it is ClusterIP',
  ],
  [
    'a partition of pods that only deletion replaces',
    { ingest: { updateStrategy: { type: 'OnDelete', partition: 1 } } },
    'ingest.updateStrategy.partition=1 has no effect with type OnDelete',
  ],
  [
    'an autoscaler without a metric',
    { ingest: { autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } } },
    'has no metric that adds pods',
  ],
  [
    'more metrics without an autoscaler',
    { ingest: { autoscaling: { metrics: [{ type: 'External' }] } } },
    'ingest.autoscaling.metrics and behavior need an autoscaler',
  ],
  [
    'more metrics of crashmover in a mode that ignores them',
    { crashmover: { autoscaling: { metrics: [{ type: 'External' }] } } },
    'crashmover.autoscaling.metrics needs mode cpu or external, but it is auto',
  ],
  [
    'a behavior of crashmover with a fixed number of pods',
    { crashmover: { autoscaling: { mode: 'none', behavior: { scaleUp: {} } } } },
    'crashmover.autoscaling.behavior needs an autoscaler',
  ],
  [
    'a sidecar with the name of the service',
    { throttleConfig: { sidecars: [{ name: 'throttle-config', image: 'x' }] } },
    'throttle-config is used twice',
  ],
  [
    'two monitors of the same pods',
    { monitoring: { podMonitor: { enabled: true }, serviceMonitor: { enabled: true } } },
    'scraped and counted twice',
  ],
  [
    'an extra object whose template makes no YAML',
    {
      extraObjects: [
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ printf "%c" 39 }}' } },
      ],
    },
    'extraObjects',
  ],
  [
    'a minimum of pods above the maximum',
    { ingest: { autoscaling: { enabled: true, minReplicas: 11 } } },
    'minReplicas=11 exceeds',
  ],
  [
    'holdWhileSpooled without an autoscaler',
    { ingest: { autoscaling: { holdWhileSpooled: { enabled: true } } } },
    'ingest.autoscaling.enabled=true',
  ],
  [
    'a minimum of 0 pods without KEDA',
    { crashmover: { autoscaling: { mode: 'cpu', minReplicas: 0 } } },
    'minReplicas=0 needs mode keda',
  ],
  ['KEDA without the URL of the queue', urlNeeded, 'crashmover.autoscaling.keda.queueURL'],
  [
    'KEDA with the role of a ServiceAccount without a role',
    { queues: { intake: 'https://sqs.example.org/1/intake' }, ...urlNeeded },
    'crashmover.serviceAccount.annotations',
  ],
  [
    'a grace period that is too short for crashmover',
    { crashmover: { terminationGracePeriodSeconds: 50 } },
    'the minimum is 55',
  ],
  [
    'a grace period that is too short for throttle-config',
    { throttleConfig: { terminationGracePeriodSeconds: 20 } },
    'the minimum is 25',
  ],
  [
    'a system test that takes the ids of the processor',
    { processor: { enabled: true } },
    "tests.readQueue=true and processor.enabled=true take each other's crash ids",
  ],
  [
    'a symbol cache without room for one file',
    { processor: { enabled: true, queue: 'x', symbolCache: { sizeLimit: '9Gi' } } },
    'processor.symbolCache.sizeLimit=9Gi leaves less than one symbol file',
  ],
  [
    'KEDA without the URL of the queue of the processor',
    { processor: { enabled: true, queue: 'x', autoscaling: { mode: 'keda' } } },
    'needs the URL of the processing queue, but x is a name; set processor.autoscaling.keda.queueURL',
  ],
  [
    'a grace period that is too short for the processor',
    { processor: { enabled: true, queue: 'x', terminationGracePeriodSeconds: 50 } },
    'processor.terminationGracePeriodSeconds is 50; the minimum is 55',
  ],
  [
    'rules without throttle-config',
    { throttleRules: { create: true }, throttleConfig: { enabled: false } },
    'rules that throttle-config does not read',
  ],
  ['a webhook without a certificate', webhook({}), 'needs a certificate'],
  [
    'a webhook with two certificates',
    webhook({ existingSecret: 'x', certManager: { enabled: true } }),
    'two certificates',
  ],
  ['a webhook without a CA', webhook({ existingSecret: 'x' }), 'caBundle'],
  [
    'a webhook on the port of the rules API',
    webhook({ port: 8001, certManager: { enabled: true } }),
    'port=8001',
  ],
  ['a route without a gateway', { httpRoute: { enabled: true } }, 'httpRoute.parentRefs'],
  ['an Ingress without a host', { ingress: { enabled: true } }, 'ingress.hosts'],
  ['object names that alerts do not select', { fullnameOverride: 'crashes' }, 'fullnameOverride'],
  [
    'an extra variable that the chart sets',
    { ingest: { extraEnv: [{ name: 'PORT', value: '1' }] } },
    'ingest.extraEnv sets PORT',
  ],
];

const withHelm = describeWith('helm');

withHelm('the chart', () => {
  it.each([...typos, ...contradictions])('refuses %s', (_title, values, message) => {
    expect(refusalOf(values)).toContain(message);
  });
});

withHelm.each(exampleValues())('the chart with $file', ({ values }) => {
  it('renders without a warning', () => {
    const { errors } = helm(['template', 'x-antenna', chartFolder, '--values', '-'], values);
    expect(errors).toBe('');
  });
});
