export { awsFailure, reasonWithPermission } from './aws-failure.js';
export { type AwsClientOptions, clientConfig } from './client-config.js';
export { type Deadline, withDeadline } from './deadline.js';
