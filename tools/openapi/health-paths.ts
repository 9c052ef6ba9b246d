/** The operations that ingest and crashmover have in common: probes, Dockerflow, metrics. */

const probe = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'error', 'shutting_down'] },
    info: results('What is in order, by name'),
    error: results('What is not, by name, with a `message`'),
    details: results('Both'),
  },
  required: ['status', 'info', 'error', 'details'],
};

const heartbeat = {
  type: 'object',
  properties: {
    status: { type: 'string', enum: ['ok', 'error'] },
    checks: {
      type: 'object',
      description: 'By the name of a store or queue',
      additionalProperties: { type: 'string', enum: ['ok', 'error'] },
    },
    errors: { type: 'array', items: { type: 'string' } },
  },
  required: ['status', 'checks', 'errors'],
};

const words = (...names: readonly string[]): object => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
});

export const healthPaths = {
  '/health/startup': probed('startup', 'Whether the service has started'),
  '/health/live': probed('live', 'Whether the event loop runs; always 200'),
  '/health/ready': probed('ready', 'Whether the service can take more work'),
  '/__version__': read('version', 'The build', {
    200: json('The build', words('source', 'version', 'commit', 'build')),
  }),
  '/__heartbeat__': read('heartbeat', 'Checks all stores and queues', {
    200: json('All answer', heartbeat),
    503: json('Some do not', heartbeat),
  }),
  '/__lbheartbeat__': read('loadBalancerHeartbeat', 'For load balancers; checks nothing', {
    200: json('The process runs', words('status')),
  }),
  '/metrics': read('metrics', 'All metrics in the format of Prometheus; see docs/metrics.md', {
    200: {
      description: 'The metrics of the process',
      content: { 'text/plain': { schema: { type: 'string' } } },
    },
  }),
};

function results(description: string): object {
  return { type: 'object', description, additionalProperties: { type: 'object' } };
}

function probed(operationId: string, summary: string): object {
  return read(operationId, summary, { 200: json('It is', probe), 503: json('It is not', probe) });
}

function read(operationId: string, summary: string, responses: object): object {
  return { get: { operationId, summary, tags: ['health'], responses } };
}

function json(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } };
}
