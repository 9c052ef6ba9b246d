export { aMinidump, crashedModule, crashedModuleSymbols } from './a-minidump.js';
export * from '#antenna/crash-client';
export { acceptAllRuleset } from './accept-all-ruleset.js';
export { aReport } from './a-report.js';
export { type AwsPeer, elasticmq, versitygw } from './aws-peers.js';
export {
  type AwsConnection,
  type AwsStandIns,
  createBucket,
  createQueue,
  startAwsStandIns,
} from './aws-stand-ins.js';
export { bombDump } from './bomb-dump.js';
export { freePort } from './free-port.js';
export { indexedFacts } from './indexed-facts.js';
export { type BlobCall, interceptBlobStore } from './intercept-blob-store.js';
export { interceptQueue, type QueueOperation } from './intercept-queue.js';
export type {
  KubernetesApi,
  KubernetesApiOptions,
  RoleRule,
} from './kubernetes-api/kubernetes-api.js';
export { AdminClient, type ApiAnswer } from './kubernetes-api/admin-client.js';
export { kubeconfigJson } from './kubernetes-api/kubeconfig-json.js';
export {
  kubernetesAssets,
  type RealKubernetesApi,
  startRealKubernetesApi,
} from './kubernetes-api/real-kubernetes-api.js';
export {
  type ScriptedKubernetesApi,
  startScriptedKubernetesApi,
} from './kubernetes-api/scripted-kubernetes-api.js';
export {
  type CertificateFiles,
  selfSignedCertificate,
} from './kubernetes-api/self-signed-certificate.js';
export { type OpenSearchPeer, openSearchPeer } from './open-search-peer.js';
export { type Predecessor, startPredecessor } from './predecessor.js';
export { parsePrometheusText, type PrometheusFamily } from './prometheus-text.js';
export {
  rawRequest,
  type RawExchange,
  type RawRequestOptions,
  type RawStep,
} from './raw-request.js';
export { recordingLogger, RecordingLogger, silentLogger } from './recording-logger.js';
export { requestBytes } from './raw-request.js';
export {
  type RecordedRequest,
  type ScriptedAnswer,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.js';
export { canMountDisks, mountSmallDisk, type SmallDisk } from './small-disk.js';
export { startProcess, type ProcessExit, type RunningProcess } from './start-process.js';
export { startStatsdReceiver, type StatsdReceiver } from './statsd-receiver.js';
export { temporaryDirectory, type TemporaryDirectory } from './temporary-directory.js';
export { waitFor } from './wait-for.js';
