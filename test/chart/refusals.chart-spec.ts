import { expect, it } from '@jest/globals';

import { exampleValues, helm, chartFolder, refusalOf, type Values } from './support/chart.js';
import { whereThereIs } from './support/where-there-is.js';

type Refusal = readonly [title: string, values: Values, message: string];

const urlNeeded = { crashmover: { autoscaling: { mode: 'keda' } } };
const webhook = (more: object): Values => ({
  throttleConfig: { webhook: { enabled: true, ...more } },
});

const typos: readonly Refusal[] = [
  ['an unknown section', { ingst: {} }, "additional properties 'ingst' not allowed"],
  ['an unknown value', { ingest: { replica: 2 } }, "at '/ingest': additional properties 'replica'"],
  [
    'a text for a number',
    { ingest: { replicas: '3' } },
    "at '/ingest/replicas': got string, want integer",
  ],
  ['a negative number', { crashmover: { replicas: -1 } }, "at '/crashmover/replicas'"],
  [
    'an unknown mode',
    { crashmover: { autoscaling: { mode: 'hpa' } } },
    "'keda', 'external', 'cpu', 'none'",
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
    'a setting with a value of its own',
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
  ['metrics for the internet', { publicPaths: ['/metrics'] }, "at '/publicPaths/0'"],
];

const contradictions: readonly Refusal[] = [
  [
    'a grace period that cuts uploads off',
    { ingest: { terminationGracePeriodSeconds: 30 } },
    'ingest.terminationGracePeriodSeconds=30 is less than 665',
  ],
  ['uploads of an hour', { ingest: { uploadTimeout: '60m' } }, 'the longest SHUTDOWN_GRACE'],
  [
    'an upload shorter than its pauses',
    { ingest: { uploadTimeout: '30s' } },
    'ingest.settings.IDLE_TIMEOUT',
  ],
  [
    'a spool larger than its volume',
    { ingest: { spool: { capacity: '30GiB' } } },
    'do not fit into ingest.spool.persistence.size=20Gi',
  ],
  [
    'a volume that holds next to nothing',
    { ingest: { spool: { persistence: { size: '300Mi' } } } },
    'less than 256 MiB',
  ],
  [
    'evictions of all pods at once',
    { ingest: { podDisruptionBudget: { maxUnavailable: 3 } } },
    'ingest.podDisruptionBudget.maxUnavailable=3 lets all 3 pods',
  ],
  [
    'evictions of all pods at once, in percent',
    { ingest: { podDisruptionBudget: { maxUnavailable: '80%' } } },
    'ingest.podDisruptionBudget.maxUnavailable=80% lets all 3 pods',
  ],
  [
    'memory that uploads exceed',
    { ingest: { settings: { MAX_UPLOADS: 2000 } } },
    'ingest.resources.limits.memory=768Mi is less than',
  ],
  [
    'more least than most pods',
    { ingest: { autoscaling: { enabled: true, minReplicas: 11 } } },
    'minReplicas=11 is more than',
  ],
  [
    'a hold on no autoscaler',
    { ingest: { autoscaling: { holdWhileSpooled: { enabled: true } } } },
    'ingest.autoscaling.enabled=true',
  ],
  [
    'no pod to begin with',
    { crashmover: { autoscaling: { mode: 'cpu', minReplicas: 0 } } },
    'minReplicas=0 needs mode keda',
  ],
  ['KEDA without the URL of the queue', urlNeeded, 'crashmover.autoscaling.keda.queueURL'],
  [
    'KEDA with the role of a ServiceAccount that names none',
    { queues: { intake: 'https://sqs.example.org/1/intake' }, ...urlNeeded },
    'crashmover.serviceAccount.annotations',
  ],
  [
    'a short end of crashmover',
    { crashmover: { terminationGracePeriodSeconds: 50 } },
    'is less than 55',
  ],
  [
    'memory that envelopes exceed',
    { crashmover: { settings: { ENVELOPE_MEMORY: '700MiB' } } },
    'crashmover.resources.limits.memory=768Mi is less than',
  ],
  [
    'a short end of throttle-config',
    { throttleConfig: { terminationGracePeriodSeconds: 20 } },
    'is less than 25',
  ],
  [
    'rules that nobody reads',
    { throttleRules: { create: true }, throttleConfig: { enabled: false } },
    'rules that nobody reads',
  ],
  ['a webhook without a certificate', webhook({}), 'needs a certificate'],
  [
    'a webhook with two certificates',
    webhook({ existingSecret: 'x', certManager: { enabled: true } }),
    'two certificates',
  ],
  ['a webhook whose authority is unknown', webhook({ existingSecret: 'x' }), 'caBundle'],
  [
    'a webhook on a port that is taken',
    webhook({ port: 8001, certManager: { enabled: true } }),
    'port=8001',
  ],
  ['a route without a gateway', { httpRoute: { enabled: true } }, 'httpRoute.parentRefs'],
  ['an Ingress without a host', { ingress: { enabled: true } }, 'ingress.hosts'],
  ['names that no alert finds', { fullnameOverride: 'crashes' }, 'fullnameOverride'],
  [
    'a variable that the chart sets',
    { ingest: { extraEnv: [{ name: 'PORT', value: '1' }] } },
    'ingest.extraEnv sets PORT',
  ],
];

const withHelm = whereThereIs('helm');

withHelm('helm refuses', () => {
  it.each([...typos, ...contradictions])('%s', (_title, values, message) => {
    expect(refusalOf(values)).toContain(message);
  });
});

withHelm.each(exampleValues())('helm takes $file', ({ values }) => {
  it('and warns of nothing', () => {
    const { errors } = helm(['template', 'x-antenna', chartFolder, '--values', '-'], values);
    expect(errors).toBe('');
  });
});
