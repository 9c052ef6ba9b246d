import process from 'node:process';

/** The oldest major version that runs Antenna: its node:sqlite and zlib have what Antenna uses. */
const oldest = 24;

/**
 * Ends the process with exit code 1 and one line when Node.js is too old. A program imports this lib alone, calls this,
 * and loads everything else by `import()`: Node.js links all static imports first, and an old one fails there.
 */
export function checkNodeVersion(): void {
  const problem = nodeVersionProblem(process.version);
  if (problem === undefined) return;
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}

/** Why Antenna does not run on this version of Node.js (`v20.20.2`), and what to do; undefined when it does. */
export function nodeVersionProblem(version: string): string | undefined {
  if (Number.parseInt(version.replace('v', ''), 10) >= oldest) return undefined;
  return (
    `Antenna needs Node.js ${oldest} or newer; this is ${version}. Install Node.js ${oldest}, ` +
    'or, on Linux, run `npm ci` and start Antenna by an npm script such as `npm start`.'
  );
}
