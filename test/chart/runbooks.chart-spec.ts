/** The commands of the runbooks: kubectl understands them, and what they name is in a release called `antenna`. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from '@jest/globals';

import { helmProgram, kubectlProgram } from '../../tools/kubernetes/cluster-tools.js';
import { describeWith } from './support/describe-with.js';

const folder = 'docs/runbooks';
const commands = readdirSync(folder).flatMap((file) => {
  const blocks = readFileSync(join(folder, file), 'utf8').matchAll(/^```sh\n(.*?)^```/gms);
  return [...blocks].flatMap(([, block = '']) =>
    [...block.replaceAll('\\\n', '').matchAll(/\bkubectl [^|&<>#\n)]*/g)].map(
      ([command]) => command,
    ),
  );
});

function workloads(...args: string[]): string[] {
  const all = ['template', 'antenna', 'charts/antenna', ...args];
  const { stdout } = spawnSync(helmProgram() ?? 'helm', all, { encoding: 'utf8' });
  return stdout.split(/^---$/m).filter((text) => /^kind: (Deployment|StatefulSet)$/m.test(text));
}

const withTools = describeWith('helm', 'kubectl');

withTools('a command of the runbooks', () => {
  it('is one that kubectl understands', () => {
    expect(commands.length).toBeGreaterThan(30);
    // Without a server, a correct command fails only when it connects.
    const misunderstood = commands.filter((command) => {
      const script = `image=antenna-cli; ${command.replace(/^kubectl/, '"$0" --server=http://127.0.0.1:1')} </dev/null`;
      const { stderr } = spawnSync('bash', ['-c', script, kubectlProgram() ?? 'kubectl'], {
        encoding: 'utf8',
      });
      return !/was refused|connection refused|no objects passed|throttle-rules.yaml/.test(stderr);
    });
    expect(misunderstood).toEqual([]);
  });

  it('names workloads, services and components that the chart creates', () => {
    const values = [
      'cli.enabled=true',
      'processor.enabled=true',
      'crashIndex.url=https://x',
      'crashStats.enabled=true',
      'crashStats.auth.proxySecret.existingSecret=x',
      'crashStats.auth.networks={10.0.0.0/8}',
      'crashStats.auth.viewerGroups={x}',
      'tests.readQueue=false',
      'ingest.spool.drainClaims={spool-antenna-ingest-3}',
    ];
    const sets = values.flatMap((value) => ['--set', value]);
    const { stdout } = spawnSync(
      helmProgram() ?? 'helm',
      ['template', 'antenna', 'charts/antenna', ...sets],
      { encoding: 'utf8' },
    );
    const kinds = { deploy: 'Deployment', service: 'Service', statefulset: 'StatefulSet' } as const;
    const unknown = commands.flatMap((command) => [
      ...[...command.matchAll(/\b(deploy|service|statefulset)[/ ]([a-z][a-z-]+)/g)]
        .filter(([, kind, name]) => {
          const wanted = `kind: ${kinds[kind as keyof typeof kinds]}\nmetadata:\n  name: ${name}\n`;
          return !stdout.includes(wanted);
        })
        .map(([named]) => named),
      ...[...command.matchAll(/component=([a-z-]+)/g)]
        .filter(([, name]) => !stdout.includes(`app.kubernetes.io/component: ${name}\n`))
        .map(([named]) => named),
    ]);
    expect(commands.filter((command) => command.includes('deploy/'))).not.toEqual([]);
    expect(unknown).toEqual([]);
  });

  it('may enable the pod of the command line, which replaces no other pod', () => {
    const before = workloads();
    expect(before.length).toBeGreaterThan(2);
    expect(workloads('--set', 'cli.enabled=true')).toEqual(expect.arrayContaining(before));
  });
});
