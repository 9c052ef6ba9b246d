import { processedCrashVersion, walkStatuses } from './processed-crash.js';

const text = (description: string) => ({ type: 'string', description });
const fact = (description: string) => ({ type: ['string', 'null'], description });
const count = (description: string) => ({ type: ['integer', 'null'], minimum: 0, description });

const jsonDump = (of: string) => ({
  type: ['object', 'null'],
  required: ['status', 'crash_info', 'system_info', 'threads', 'modules'],
  description: `The stacks of ${of}: the JSON of rust-minidump as it is (json-schema.md of the crate minidump-processor). Null unless it was walked.`,
});

const walkStatus = {
  enum: walkStatuses,
  description:
    'OK: walked. Otherwise why not: not_there: the crash has no minidump; missing: it is listed but not stored; too_large: over DUMP_MEMORY; killed: earlier attempts ended the processor; unreadable: it is damaged; memory, deadline, crash, result_too_large: more than a walk may use.',
};

const properties = {
  processed_crash_version: {
    const: processedCrashVersion,
    description: 'Version of this schema; grows when a field changes its meaning or goes.',
  },
  uuid: text('The crash id.'),
  signature: {
    ...text('Groups crashes with the same cause.'),
    minLength: 1,
    maxLength: 255,
  },
  proto_signature: text('All functions of the crashing thread, joined with " | ".'),
  signature_steps: {
    type: 'array',
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['rule', 'detail'],
      properties: {
        rule: text('What was done.'),
        detail: text('With which frame or value.'),
      },
    },
    description: 'What decided the signature, in order.',
  },
  product: fact('From ProductName, or what Breakpad, Crashpad and Electron send for it.'),
  version: fact('From Version or its other names.'),
  release_channel: fact('From ReleaseChannel or channel.'),
  build: fact('From BuildID.'),
  process_type: text('From ProcessType or its other names; parent without them.'),
  os_name: fact('Operating system in the minidump: Windows NT, Mac OS X, Linux, Android, …'),
  os_version: fact('Its version.'),
  cpu_arch: fact('x86, amd64, arm64, …'),
  cpu_info: fact('Family, model and stepping.'),
  cpu_count: count('Number of processors.'),
  reason: fact('Why the process crashed, such as SIGSEGV / SEGV_MAPERR.'),
  address: fact('The address that it crashed at, hexadecimal.'),
  crashing_thread: count('Index in json_dump.threads.'),
  uptime: count(
    'Age of the process in seconds, from CrashTime and StartupTime, UptimeTS, or the minidump.',
  ),
  success: {
    type: 'boolean',
    description: 'False if the crash has a minidump that could not be walked.',
  },
  mdsw_status_string: walkStatus,
  minidump_sha256_hash: fact('Of upload_file_minidump, as the collector computed it.'),
  annotations: {
    type: 'object',
    additionalProperties: { type: 'string' },
    description:
      'Annotations that are safe to copy, and those of COPIED_ANNOTATIONS; at most 16,384 characters each. The raw crash has all.',
  },
  submitted_timestamp: fact('When the collector received the report.'),
  processor_notes: text('What went wrong and what was left out, one note in a line.'),
  processor: {
    type: 'object',
    additionalProperties: false,
    required: ['version', 'walker', 'signature_lists'],
    properties: {
      version: text('Of Antenna.'),
      walker: text('Name, version and hash of the stack walker.'),
      signature_lists: text('Revision of the lists: changes with their content.'),
    },
    description: 'What this processed crash depends on besides the crash and symbols.',
  },
  started_datetime: { ...text('When processing began.'), format: 'date-time' },
  date_processed: { ...text('When processing ended.'), format: 'date-time' },
  json_dump: jsonDump('upload_file_minidump'),
  additional_minidumps: {
    type: 'array',
    items: { type: 'string' },
    description: 'Names of the other minidumps; each is a field of its own.',
  },
};

/** The JSON Schema of a {@link ProcessedCrash}; `npm run docs` writes it to `docs/processed-crash.schema.json`. */
export const processedCrashSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Processed crash',
  description: 'The object at v1/processed_crash/<crash id>. A fact that is not known is null.',
  type: 'object',
  required: Object.keys(properties),
  additionalProperties: false,
  properties,
  patternProperties: {
    '^upload_file_minidump_': {
      type: 'object',
      description: 'status and json_dump of another minidump.',
      additionalProperties: false,
      required: ['status', 'json_dump'],
      properties: { status: walkStatus, json_dump: jsonDump('this minidump') },
    },
  },
};
