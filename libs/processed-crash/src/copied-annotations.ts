/**
 * The annotations that are copied into a processed crash: facts about program, machine and failure. What can identify a
 * person or hold what they did (addresses, comments, e-mail, memory contents, preferences) stays in the raw crash.
 */
export const copiedAnnotations: readonly string[] = [
  'AbortMessage',
  'AdapterDeviceID',
  'AdapterDriverVersion',
  'AdapterVendorID',
  'ApplicationBuildID',
  'AsyncShutdownTimeout',
  'AvailablePageFile',
  'AvailablePhysicalMemory',
  'AvailableVirtualMemory',
  'BackgroundTaskMode',
  'BuildID',
  'CPUMicrocodeVersion',
  'CrashTime',
  'DOMFissionEnabled',
  'GMPPlugin',
  'GraphicsCriticalError',
  'Hang',
  'IPCFatalErrorMsg',
  'IPCFatalErrorProtocol',
  'IPCMessageName',
  'IPCMessageSize',
  'IPCShutdownState',
  'IPCSystemError',
  'InstallTime',
  'IsGarbageCollecting',
  'JSLargeAllocationFailure',
  'LinuxUnderMemoryPressure',
  'LowPhysicalMemoryEvents',
  'MacMemoryPressure',
  'MozCrashReason',
  'OOMAllocationSize',
  'ProcessType',
  'ProductID',
  'ProductName',
  'QuotaManagerShutdownTimeout',
  'ReleaseChannel',
  'SecondsSinceLastCrash',
  'ShutdownProgress',
  'ShutdownReason',
  'StartupCrash',
  'StartupTime',
  'SystemMemoryUsePercentage',
  'Throttleable',
  'TotalPageFile',
  'TotalPhysicalMemory',
  'TotalVirtualMemory',
  'UptimeTS',
  'UtilityActorsName',
  'Vendor',
  'Version',
  'WindowsErrorReporting',
  'XPCOMSpinEventLoopStack',
  '_productName',
  '_version',
  'channel',
  'ipc_channel_error',
  'platform',
  'process_type',
  'prod',
  'product',
  'ptype',
  'ver',
];

/** What the collector writes over annotations of the same name. */
const ownFields: ReadonlySet<string> = new Set([
  'metadata',
  'submitted_timestamp',
  'uuid',
  'version',
]);

/** The names of the annotations to copy, sorted. */
export function namesToCopy(more: readonly string[]): readonly string[] {
  return [...new Set([...copiedAnnotations, ...more])]
    .filter((name) => !ownFields.has(name))
    .toSorted();
}

/** Longer ones are cut: processed crashes are read by the thousand. */
export const maxAnnotationLength = 16_384;
