import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { describeConfig } from '#antenna/service';
import { instruments } from '#antenna/telemetry';

import { CrashmoverConfig } from '../apps/crashmover/src/index.js';
import { IngestConfig } from '../apps/ingest/src/index.js';
import { StandaloneConfig } from '../apps/standalone/src/standalone.config.js';

const root = join(import.meta.dirname, '..');
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'charts/antenna/README.md',
  'k8s/README.md',
  'systemtest/README.md',
  'tools/kubernetes/README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

it('the documents contain links and scripts to check', () => {
  const all = documents.map((document) => readFileSync(join(root, document), 'utf8')).join('\n');

  expect(all.match(/\]\(([^)#:]+)[^)]*\)/g)?.length).toBeGreaterThan(50);
  expect(all.match(/npm run (?:-s )?(\w[\w:-]*)/g)?.length).toBeGreaterThan(20);
});

describe.each(documents)('%s', (document) => {
  it('links only to existing files', () => {
    const folder = dirname(join(root, document));
    const broken = localLinksIn(document).filter((target) => !existsSync(join(folder, target)));
    expect(broken).toEqual([]);
  });

  it('names only existing scripts of package.json', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const unknown = scriptsIn(document).filter((name) => !Object.hasOwn(scripts, name));
    expect(unknown).toEqual([]);
  });
});

describe('the documents', () => {
  it('contain links to files and names of scripts', () => {
    expect(documents.flatMap(localLinksIn).length).toBeGreaterThan(100);
    expect(documents.flatMap(scriptsIn).length).toBeGreaterThan(20);
  });
});

describe('a link to a section', () => {
  const sectionLinks = documents.flatMap((document) =>
    [...read(document).matchAll(/\]\(([^)\s#]*)#([^)\s]+)\)/g)]
      .map(([, target = '', anchor = '']) => ({ document, target, anchor }))
      .filter(({ target }) => !target.includes('://')),
  );

  it('names a heading of the document that it links to', () => {
    expect(sectionLinks).not.toHaveLength(0);
    const broken = sectionLinks.filter(({ document, target, anchor }) => {
      const linked = target === '' ? document : join(dirname(document), target);
      return linked.endsWith('.md') && !anchorsOf(linked).includes(anchor);
    });
    expect(broken).toEqual([]);
  });
});

function localLinksIn(document: string): string[] {
  return [...read(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !target.includes('://'));
}

function scriptsIn(document: string): string[] {
  return [...read(document).matchAll(/npm run (?:-s )?(\w[\w:-]*)/g)].map(([, name = '']) => name);
}

function read(document: string): string {
  return readFileSync(join(root, document), 'utf8');
}

/** The anchors that GitHub generates for the headings of a document. */
function anchorsOf(document: string): string[] {
  const withoutCode = read(document).replaceAll(/```.*?```/gs, '');
  const headings = [...withoutCode.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/submission.md and docs/architecture.md', () => {
  it.each(['submission.md', 'architecture.md'])('name only existing settings in %s', (document) => {
    const text = readFileSync(join(root, 'docs', document), 'utf8');
    const known = new Set(
      [StandaloneConfig, IngestConfig, CrashmoverConfig]
        .flatMap((ConfigClass) => describeConfig(ConfigClass))
        .map(({ env }) => env),
    );
    const named = [...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, name = '']) => name);
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('docs/submission.md', () => {
  it('has a row for each malformed reason', () => {
    const text = readFileSync(join(root, 'docs/submission.md'), 'utf8');
    const { reason: reasons } = instruments['antenna.ingest.malformed'].attributes;
    expect(reasons).not.toEqual([]);
    expect(reasons.filter((reason) => !text.includes(`| \`${reason}\` |`))).toEqual([]);
  });

  it('states the actual default of each limit', () => {
    const text = readFileSync(join(root, 'docs/submission.md'), 'utf8');
    const rows = [...text.matchAll(/\| ([^|]+) \| `([A-Z_]+)` \|/g)];
    const defaults = new Map(describeConfig(IngestConfig).map((one) => [one.env, one.default]));
    expect(rows.length).toBeGreaterThan(8);
    for (const [, written = '', env = ''] of rows) {
      const short = written
        .replace(/ minutes?$/, 'm')
        .replace(' ', '')
        .replace(',', '');
      expect([env, short]).toEqual([env, defaults.get(env)]);
    }
  });
});
