export { awsFailure, reasonWithPermission } from './aws-failure.js';
export { type AwsClientOptions, clientConfig } from './client-config.js';
export { type Deadline, withDeadline } from './deadline.js';
export {
  DirectClient,
  type DirectRequest,
  type DirectResponse,
  sampleKey,
} from './direct-client.js';
export { retried, type RetryOptions } from './retried.js';
