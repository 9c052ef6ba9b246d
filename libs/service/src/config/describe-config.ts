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

/** A configuration class, and the configuration in effect. */
type EffectiveConfig = readonly [ConfigClass: new () => object, config: object];

/**
 * The settings that differ from their default, by variable, for the log line at start-up; secrets are masked. Of the
 * classes that read the same variable, the first one decides.
 */
export function changedSettings(configs: readonly EffectiveConfig[]): Record<string, string> {
  const seen = new Set<string>();
  const changed: Record<string, string> = {};
  for (const [ConfigClass, config] of configs) {
    const defaults = new ConfigClass();
    for (const setting of settingsOf(defaults)) {
      if (seen.has(setting.env)) continue;
      seen.add(setting.env);
      const value: unknown = Reflect.get(config, setting.property);
      const usual: unknown = Reflect.get(defaults, setting.property);
      if (setting.format.format(value) !== setting.format.format(usual))
        changed[setting.env] = shownValue(setting, value);
    }
  }
  return changed;
}
