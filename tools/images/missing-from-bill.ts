/**
 * `node dist/tools/images/missing-from-bill.js APP BILL` prints the packages of package-lock.json that APP/node_modules holds
 * and the bill of materials (CycloneDX) lacks, one per line. The exit code is 1 if there are any.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly version?: string }>>;
}

interface Bill {
  readonly components: readonly { readonly purl?: string }[];
}

/**
 * `NAME@VERSION` of each missing package.
 * @throws Error if the folder holds no package of the lock file
 */
export function missingFromBill(app: string, lockFile: LockFile, bill: Bill): string[] {
  const named = new Set(bill.components.map(({ purl }) => purl));
  const held = Object.entries(lockFile.packages).filter(
    ([path]) => path !== '' && existsSync(join(app, path, 'package.json')),
  );
  if (held.length === 0) throw new Error(`${app} holds no package of the lock file`);
  return held
    .map(([path, { version }]) => `${path.replace(/.*node_modules\//, '')}@${version}`)
    .filter((one) => !named.has(`pkg:npm/${one.replace(/^@/, '%40')}`));
}

function read(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

if (import.meta.filename === process.argv[1]) {
  const [app = '', bill = ''] = process.argv.slice(2);
  const missing = missingFromBill(app, read('package-lock.json'), read(bill));
  for (const one of missing) process.stdout.write(`${one}\n`);
  process.exitCode = missing.length > 0 ? 1 : 0;
}
