export {
  type AwsFailure,
  type AwsFailureCode,
  awsFailure,
  reasonWithPermission,
} from './aws-failure.js';
export { type AwsClientOptions, type AwsCredentials, clientConfig } from './client-config.js';
export { type Deadline, withDeadline } from './deadline.js';
