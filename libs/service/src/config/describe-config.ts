import { settingsOf } from './setting.js';
import { shownValue } from './shown-value.js';

/** The description of one setting in the documentation. */
export interface SettingDescription {
  readonly env: string;
  /** The default in the notation of the environment; empty if there is none. */
  readonly default: string;
  readonly doc: string;
  readonly type: string;
  /** The allowed values. */
  readonly expected: string;
  readonly secret: boolean;
  readonly required: boolean;
}

/** The settings of a configuration class, in the order of their declaration; inherited ones first. */
export function describeConfig(ConfigClass: new () => object): SettingDescription[] {
  const defaults = new ConfigClass();
  return settingsOf(defaults).map((setting) => ({
    env: setting.env,
    default: shownValue(setting, Reflect.get(defaults, setting.property)),
    doc: setting.doc,
    type: setting.format.type,
    expected: setting.format.expected,
    secret: setting.secret ?? false,
    required: setting.required ?? false,
  }));
}

/** The effective configuration by variable, for the log line at start-up; secrets are masked. */
export function effectiveConfig(config: object): Record<string, string> {
  return Object.fromEntries(
    settingsOf(config).map((setting) => [
      setting.env,
      shownValue(setting, Reflect.get(config, setting.property)),
    ]),
  );
}
