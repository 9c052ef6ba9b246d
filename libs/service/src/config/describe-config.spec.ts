import { describe, expect, it } from '@jest/globals';
import { describeConfig, changedSettings } from './describe-config.js';
import { List, Port, Size } from './formats.js';
import { loadConfig } from './load-config.js';
import { ServiceConfig } from './service-config.js';
import { Setting } from './setting.js';

class TrialConfig extends ServiceConfig {
  @Setting({ env: 'PORT', doc: 'Where reports arrive.' })
  @Port()
  override port = 9000;

  @Setting({ env: 'CAPACITY', doc: 'How much may wait.' })
  @Size()
  capacity = 10 * 2 ** 30;

  @Setting({ env: 'REMOVED', doc: 'What is removed.' })
  @List()
  removed: readonly string[] = ['Email', 'URL'];

  @Setting({ env: 'TOKEN', doc: 'Who may choose.', secret: true })
  token: string | undefined;

  @Setting({ env: 'ENDPOINT', doc: 'Where to send.' })
  endpoint: string | undefined;
}

describe('describeConfig', () => {
  it('lists every setting, inherited ones first, with its default in the notation of the environment', () => {
    const described = describeConfig(TrialConfig);

    expect(described.map((setting) => [setting.env, setting.default])).toEqual([
      ['HOST', '::'],
      ['PORT', '9000'],
      ['LOG_LEVEL', 'info'],
      ['LOG_FORMAT', 'auto'],
      ['SHUTDOWN_GRACE', '25s'],
      ['OTEL_EXPORTER_OTLP_ENDPOINT', ''],
      ['STATSD_HOST', ''],
      ['STATSD_PORT', '8125'],
      ['STATSD_NAMESPACE', ''],
      ['SENTRY_DSN', ''],
      ['SENTRY_ENVIRONMENT', ''],
      ['BROKEN_TOKEN', ''],
      ['CAPACITY', '10GiB'],
      ['REMOVED', 'Email,URL'],
      ['TOKEN', ''],
      ['ENDPOINT', ''],
    ]);
  });

  it('returns the description and the allowed values of each setting', () => {
    expect(describeConfig(TrialConfig)).toContainEqual({
      env: 'PORT',
      default: '9000',
      doc: 'Where reports arrive.',
      type: 'port',
      expected: 'a whole number from 0 to 65535',
      secret: false,
      required: false,
    });
  });
});

const changes = (env: Record<string, string>) =>
  changedSettings([[TrialConfig, loadConfig(TrialConfig, env)]]);

describe('changedSettings', () => {
  it('shows the settings that differ from their default and masks secrets and passwords in URLs', () => {
    expect(
      changes({
        PORT: '9000',
        CAPACITY: '512MiB',
        REMOVED: 'Email',
        TOKEN: 'hunter2',
        ENDPOINT: 'http://user:hunter2@queue.example/path',
      }),
    ).toEqual({
      CAPACITY: '512MiB',
      REMOVED: 'Email',
      TOKEN: '***',
      ENDPOINT: 'http://***@queue.example/path',
    });
  });

  it('shows nothing if all settings have their default, in whatever notation', () => {
    expect(changes({ CAPACITY: '10240MiB', REMOVED: 'Email, URL', TOKEN: '' })).toEqual({});
  });

  it('compares a variable of several classes with the default of the first one', () => {
    const pairs = [TrialConfig, ServiceConfig].map(
      (ConfigClass) => [ConfigClass, loadConfig(ConfigClass, { PORT: '9000' })] as const,
    );
    expect(changedSettings(pairs)).toEqual({});
    expect(changedSettings(pairs.toReversed())).toEqual({ PORT: '9000' });
  });
});
