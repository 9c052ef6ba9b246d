/** The signature at the start of every minidump (MINIDUMP_HEADER: 0x504d444d, little endian). */
const signature = Buffer.from('MDMP');
const minidumpName = /^upload_file_minidump(?:_|$)/;

/** Bytes that `minidumpProblem` needs. */
export const minidumpSignatureBytes = signature.length;

/** Why a dump that should be a minidump is none. */
export type MinidumpProblem = 'empty' | 'not_a_minidump';

/** True for the dumps that clients send as minidumps: `upload_file_minidump`, `upload_file_minidump_browser`, … */
export function isMinidumpName(dumpName: string): boolean {
  return minidumpName.test(dumpName);
}

/** @param head the first four bytes of the dump; fewer only if it is shorter */
export function minidumpProblem(head: Buffer): MinidumpProblem | undefined {
  if (head.length === 0) return 'empty';
  return head.subarray(0, signature.length).equals(signature) ? undefined : 'not_a_minidump';
}
