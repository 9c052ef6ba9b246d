import type { QueueId } from './queue-checks.js';

/** Calls that are tried, and the actions of IAM that they need. */
export const permissions = {
  list: 's3:ListBucket',
  get: 's3:GetObject',
  put: 's3:PutObject',
  delete: 's3:DeleteObject',
  send: 'sqs:SendMessage',
  take: 'sqs:DeleteMessage',
} as const;

export type Action = keyof typeof permissions;
export type Place = 'staging' | 'crashes' | QueueId;

/** What is tried where. Nothing harmless can be sent to the processing queue. */
export const tried: readonly (readonly [Place, readonly Action[]])[] = [
  ['staging', ['list', 'get', 'put', 'delete']],
  ['crashes', ['list', 'get', 'put', 'delete']],
  ['intake', ['send', 'take']],
  ['processing', ['take']],
  ['dead-letters', ['take']],
  ['processing-dead-letters', ['take']],
];

/** What each identity can do (k8s/iam); everything else must be refused. */
export const roles = {
  ingest: { staging: ['put'], intake: ['send'] },
  crashmover: {
    staging: ['list', 'get', 'put', 'delete'],
    crashes: ['list', 'get', 'put'],
    intake: ['send', 'take'],
  },
  // Of the crashes, it can put only processed ones.
  processor: { crashes: ['list', 'get', 'put'], processing: ['take'] },
  operator: {
    staging: ['list', 'put'],
    crashes: ['list', 'get'],
    intake: ['send'],
    'dead-letters': ['take'],
    'processing-dead-letters': ['take'],
  },
  reader: { crashes: ['list', 'get'] },
  eraser: { crashes: ['list', 'get', 'put', 'delete'] },
  systemtest: {
    staging: ['list'],
    crashes: ['list', 'get', 'delete'],
    processing: ['take'],
  },
  doctor: {},
} as const satisfies Record<string, Partial<Record<Place, readonly Action[]>>>;

export type RoleName = keyof typeof roles;

export function isAllowed(role: RoleName, place: Place, action: Action): boolean {
  const places: Partial<Record<Place, readonly Action[]>> = roles[role];
  return places[place]?.includes(action) === true;
}
