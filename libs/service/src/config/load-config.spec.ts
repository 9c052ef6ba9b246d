import { describe, expect, it } from '@jest/globals';
import { IsUrl, Matches } from 'class-validator';
import { ConfigError } from '../startup-error.js';
import { Choice, Duration, Flag, Integer, List, Port, Size, Url } from './formats.js';
import { type CrossFieldRules, type Environment, loadConfig } from './load-config.js';
import { ServiceConfig } from './service-config.js';
import { Setting } from './setting.js';

class TrialConfig extends ServiceConfig implements CrossFieldRules {
  @Setting({ env: 'PORT', doc: 'Port.' })
  @Port()
  override port = 9000;

  @Setting({ env: 'MAX_PAYLOAD', doc: 'Largest body.' })
  @Size({ min: '1KiB', max: '1GiB' })
  maxPayload = 25 * 2 ** 20;

  @Setting({ env: 'HEARTBEAT', doc: 'Pause between two beats.' })
  @Duration({ max: '1h' })
  heartbeat = 10_000;

  @Setting({ env: 'VISIBILITY', doc: 'How long a message is hidden.' })
  @Duration()
  visibility = 30_000;

  @Setting({ env: 'UPLOADS', doc: 'Uploads in flight.' })
  @Integer({ min: 1 })
  uploads = 64;

  @Setting({ env: 'CHECKSUM', doc: 'Which checksum.' })
  @Choice(['md5', 'sha256'])
  checksum = 'md5';

  @Setting({ env: 'LINKS', doc: 'Whether to link.' })
  @Flag()
  links = false;

  @Setting({ env: 'REMOVED', doc: 'What is removed.' })
  @List()
  removed: readonly string[] = ['Email'];

  @Setting({ env: 'STORE', doc: 'Where to store.' })
  @Url()
  store = 'https://store.example';

  @Setting({ env: 'TOKEN', doc: 'Who may choose.', secret: true })
  @Matches(/^\S{8,}$/, { message: 'must have at least 8 characters' })
  token = 'a-long-default';

  @Setting({ env: 'ENDPOINT', doc: 'Where to send.' })
  @IsUrl({ require_tld: false })
  endpoint = 'http://localhost:1';

  validate(): string[] {
    return this.heartbeat < this.visibility ? [] : ['HEARTBEAT must be shorter than VISIBILITY'];
  }
}

function problemsOf(env: Environment, ConfigClass: new () => object = TrialConfig) {
  try {
    loadConfig(ConfigClass, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('returns the defaults if nothing is set', () => {
    expect(loadConfig(TrialConfig, {})).toEqual(new TrialConfig());
  });

  it('parses every format', () => {
    const env = {
      HOST: '::1',
      PORT: '0',
      MAX_PAYLOAD: '1.5MiB',
      HEARTBEAT: '2m',
      VISIBILITY: '1h',
      UPLOADS: '3',
      CHECKSUM: 'SHA256',
      LINKS: 'yes',
      REMOVED: 'Email, URL,',
      STORE: 'http://minio_1:9000',
      TOKEN: 'another-token',
    };

    expect(loadConfig(TrialConfig, env)).toMatchObject({
      host: '::1',
      port: 0,
      maxPayload: 1_572_864,
      heartbeat: 120_000,
      visibility: 3_600_000,
      uploads: 3,
      checksum: 'sha256',
      links: true,
      removed: ['Email', 'URL'],
      store: 'http://minio_1:9000',
      token: 'another-token',
    });
  });

  it('treats an empty variable as unset and trims the others', () => {
    expect(loadConfig(TrialConfig, { PORT: '', UPLOADS: '  ', HEARTBEAT: ' 5s ' })).toMatchObject({
      port: 9000,
      uploads: 64,
      heartbeat: 5000,
    });
  });

  it.each([
    ['PORT', '65536', 'PORT=65536: must be a whole number from 0 to 65535, for example PORT=8000'],
    ['PORT', '80a', 'PORT=80a: must be a whole number from 0 to 65535, for example PORT=8000'],
    ['UPLOADS', '0', 'UPLOADS=0: must be a whole number of 1 or more, for example UPLOADS=1'],
    ['UPLOADS', '1e3', 'UPLOADS=1e3: must be a whole number of 1 or more, for example UPLOADS=1'],
    [
      'MAX_PAYLOAD',
      '2GiB',
      'MAX_PAYLOAD=2GiB: must be a size in B, KiB, MiB, GiB, TiB or kB, MB, GB, TB from 1KiB to 1GiB, for example MAX_PAYLOAD=25MiB',
    ],
    [
      'HEARTBEAT',
      '10',
      'HEARTBEAT=10: must be a duration in ms, s, m, h or d of 1h or less, for example HEARTBEAT=30s',
    ],
    ['CHECKSUM', 'crc', 'CHECKSUM=crc: must be one of md5, sha256, for example CHECKSUM=md5'],
    ['LINKS', 'maybe', 'LINKS=maybe: must be true or false, for example LINKS=true'],
    ...['localhost:9000', 'ftp://store', 'http://', '/srv'].map((address): string[] => [
      'STORE',
      address,
      `STORE=${address}: must be an address that begins with http:// or https://, for example STORE=http://127.0.0.1:9000`,
    ]),
    [
      'LOG_LEVEL',
      'loud',
      'LOG_LEVEL=loud: must be one of debug, info, warn, error, for example LOG_LEVEL=debug',
    ],
  ])('refuses %s=%s with a one-line message', (name, value, line) => {
    expect(problemsOf({ [name]: value })).toEqual([line]);
  });

  it('reports errors of class-validator with the name of the variable and masks secrets', () => {
    expect(problemsOf({ TOKEN: 'hunter2', ENDPOINT: 'nowhere at all' })).toEqual([
      'TOKEN=***: must have at least 8 characters, for example TOKEN=text',
      'ENDPOINT=nowhere at all: must be a URL address, for example ENDPOINT=text',
    ]);
  });

  it('checks rules that span several settings', () => {
    expect(problemsOf({ HEARTBEAT: '30s' })).toEqual(['HEARTBEAT must be shorter than VISIBILITY']);
  });

  it('reports every problem at once', () => {
    const env = { PORT: 'x', UPLOADS: '-1', TOKEN: 'short', HEARTBEAT: '1m' };

    expect(() => loadConfig(TrialConfig, env)).toThrow(
      [
        'the configuration has 4 problems:',
        '  PORT=x: must be a whole number from 0 to 65535, for example PORT=8000',
        '  UPLOADS=-1: must be a whole number of 1 or more, for example UPLOADS=1',
        '  TOKEN=***: must have at least 8 characters, for example TOKEN=text',
        '  HEARTBEAT must be shorter than VISIBILITY',
      ].join('\n'),
    );
  });

  it('refuses a missing required setting', () => {
    class NeedsBucket {
      @Setting({ env: 'CRASH_BUCKET', doc: 'Where crashes are stored.', required: true })
      bucket: string | undefined;
    }

    expect(problemsOf({}, NeedsBucket)).toEqual([
      'CRASH_BUCKET is not set: Where crashes are stored. Set it, for example CRASH_BUCKET=text',
    ]);
    expect(problemsOf({ CRASH_BUCKET: 'crashes' }, NeedsBucket)).toEqual([]);
  });

  it('shortens long values and replaces control characters in messages', () => {
    const expected = 'must be a whole number from 0 to 65535, for example PORT=8000';

    expect(problemsOf({ PORT: '9'.repeat(200) })).toEqual([`PORT=${'9'.repeat(80)}…: ${expected}`]);
    expect(problemsOf({ PORT: '1\n\u001B[2J' })).toEqual([`PORT=1??[2J: ${expected}`]);
  });
});
