import { createHash } from 'node:crypto';
import type { PlatformFacts } from './platforms.js';

/** The ModuleList stream and the strings and records that it, and SystemInfo, point to. */
export interface MinidumpModules {
  readonly bytes: Buffer;
  /** Size of the stream itself, at the start of the bytes. */
  readonly listBytes: number;
  /** Where the string of the service pack is, in the file. */
  readonly servicePackAt: number;
}

/** MINIDUMP_MODULE */
const moduleBytes = 108;
const firstBase = 0x7ffb_0000_0000n;
const imageBytes = 0x20_0000;

/** @param place `at`: where the stream is in the file; `most`: of the platform's modules */
export function minidumpModules(
  facts: PlatformFacts,
  place: { at: number; most: number },
): MinidumpModules {
  const names = facts.modules.slice(0, place.most);
  const list = Buffer.alloc(4 + names.length * moduleBytes);
  list.writeUInt32LE(names.length);
  const records: Buffer[] = [];
  let end = place.at + list.length;
  const append = (record: Buffer): number => {
    const at = end;
    records.push(record);
    end += record.length;
    return at;
  };
  const servicePackAt = append(minidumpString(facts.servicePack));
  for (const [index, name] of names.entries()) {
    const at = 4 + index * moduleBytes;
    const codeView = codeViewRecord(name);
    list.writeBigUInt64LE(firstBase + BigInt(index * imageBytes * 2), at);
    list.writeUInt32LE(imageBytes, at + 8);
    list.writeUInt32LE(0x6712_0000 + index, at + 16);
    list.writeUInt32LE(append(minidumpString(facts.moduleFolder + name)), at + 20);
    // VS_FIXEDFILEINFO: its signature, its version, and 10.0 as version of the file
    list.writeUInt32LE(0xfeef_04bd, at + 24);
    list.writeUInt32LE(0x0001_0000, at + 28);
    list.writeUInt32LE(0x000a_0000, at + 32);
    list.writeUInt32LE(codeView.length, at + 76);
    list.writeUInt32LE(append(codeView), at + 80);
  }
  return { bytes: Buffer.concat([list, ...records]), listBytes: list.length, servicePackAt };
}

/** MINIDUMP_STRING: size in bytes, UTF-16, and a NUL, padded to a multiple of four bytes. */
function minidumpString(text: string): Buffer {
  const encoded = Buffer.from(text, 'utf16le');
  const bytes = Buffer.alloc(Math.ceil((4 + encoded.length + 2) / 4) * 4);
  bytes.writeUInt32LE(encoded.length);
  encoded.copy(bytes, 4);
  return bytes;
}

/** CV_INFO_PDB70: signature, GUID, age, name of the debug file, padded to a multiple of four bytes. */
function codeViewRecord(name: string): Buffer {
  const file = Buffer.from(`${name}.pdb`);
  const bytes = Buffer.alloc(Math.ceil((24 + file.length + 1) / 4) * 4);
  bytes.write('RSDS', 0, 'latin1');
  createHash('md5').update(name).digest().copy(bytes, 4);
  bytes.writeUInt32LE(1, 20);
  file.copy(bytes, 24);
  return bytes;
}
