import { describe, expect, it } from '@jest/globals';
import { assert, constantFrom, property, string } from 'fast-check';
import { moduleAt, symbolPath } from './module-id.js';

const id = '44E4EC8C2F41492B9369D6B9A059577C2';

describe('symbolPath', () => {
  it.each([
    ['xul.pdb', id, `xul.pdb/${id}/xul.sym`],
    ['XUL.PDB', id, `XUL.PDB/${id}/XUL.sym`],
    ['libxul.so', id, `libxul.so/${id}/libxul.so.sym`],
    ['libstdc++.so.6', id, `libstdc++.so.6/${id}/libstdc++.so.6.sym`],
    ['Google Chrome Framework', id, `Google Chrome Framework/${id}/Google Chrome Framework.sym`],
    ['/usr/lib/libc.so.6', id, `libc.so.6/${id}/libc.so.6.sym`],
    [String.raw`D:\build\app.pdb`, id, `app.pdb/${id}/app.sym`],
    ['.pdb', id, `.pdb/${id}/.pdb.sym`],
    ['a.pdb', id.toLowerCase(), `a.pdb/${id}/a.sym`],
    ['a.pdb', `${id.slice(0, 32)}1F`, `a.pdb/${id.slice(0, 32)}1f/a.sym`],
    ['old.pdb', '3DF0A1B25', 'old.pdb/3DF0A1B25/old.sym'],
  ])('puts %s with id %s at %s', (debugFile, debugId, path) => {
    expect(symbolPath({ debugFile, debugId })).toBe(path);
  });

  it.each([
    ['', id],
    ['.', id],
    ['..', id],
    ['../..', id],
    [String.raw`..\..`, id],
    ['lib/', id],
    ['a\0b', id],
    ['a\nb', id],
    ['a\u202Eb', id],
    ['a\uD800', id],
    ['x'.repeat(201), id],
    ['a', ''],
    ['a', '0'.repeat(33)],
    ['a', id.slice(0, 32)],
    ['a', `${id}00000000`],
    ['a', `../${id.slice(3)}`],
    ['a', `${id}\n`],
    ['a', '44E4EC8C-2F41-492B-9369-D6B9A059577C-2'],
  ])('has no path for the debug file %j with id %j', (debugFile, debugId) => {
    expect(symbolPath({ debugFile, debugId })).toBeUndefined();
  });

  it('never leaves the folder of the module', () => {
    const names = string({ unit: constantFrom('.', '/', '\\', '\0', 'a', '%', ' ', 'ä') });
    assert(
      property(names, (debugFile) => {
        const path = symbolPath({ debugFile, debugId: id });
        if (path === undefined) return;
        const segments = path.split('/');
        expect(segments).toHaveLength(3);
        for (const segment of segments) expect(['', '.', '..']).not.toContain(segment);
        expect(path).not.toMatch(/[\\\0]/);
        expect(moduleAt(path)).toEqual({ debugFile: segments[0], debugId: id });
      }),
    );
  });
});

describe('moduleAt', () => {
  it.each([
    `a.so/${id}/b.sym`,
    `a.so/${id}/a.so.sym.gz`,
    `a.so/x/a.so.sym`,
    'a.so',
    `x/a.so/${id}/a.so.sym`,
  ])('finds no module at %s', (path) => {
    expect(moduleAt(path)).toBeUndefined();
  });
});
