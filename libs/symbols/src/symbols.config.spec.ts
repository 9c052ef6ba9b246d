import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '#antenna/service';
import { SymbolsConfig } from './symbols.config.js';

describe('SymbolsConfig', () => {
  it('takes directories, buckets and servers in their order', () => {
    const SYMBOLS = './symbols,s3://our-symbols/app,https://symbols.example.org/';
    expect(loadConfig(SymbolsConfig, { SYMBOLS }).locations).toEqual(SYMBOLS.split(','));
  });

  it.each([
    ['https://u:secret@host', 'SYMBOLS: https://…@host must not have a user name or a password'],
    ['ftp://host', 'SYMBOLS: ftp://host must be https://host/path'],
    ['s3://', 'SYMBOLS: s3:// has no valid bucket name'],
    ['https://host/?q', 'SYMBOLS: https://host/?… must not have a query'],
  ])('refuses %s', (SYMBOLS, problem) => {
    expect(() => loadConfig(SymbolsConfig, { SYMBOLS })).toThrow(problem);
  });

  it('refuses a cache that one file can exceed', () => {
    expect(() => loadConfig(SymbolsConfig, { SYMBOL_CACHE_BYTES: '100MiB' })).toThrow(
      'SYMBOL_CACHE_BYTES must not be less than SYMBOL_MAX_BYTES',
    );
  });
});
