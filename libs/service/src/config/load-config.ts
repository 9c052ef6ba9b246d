import { type ValidationError, validateSync } from 'class-validator';
import { ConfigError } from '../startup-error.js';
import { type SettingDefinition, settingsOf } from './setting.js';
import { shownString, shownValue } from './shown-value.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration class may check rules that span several settings; each string is one problem for the operator. */
export interface CrossFieldRules {
  validate?(): string[];
}

/** The only place that reads the environment of the process. */
export function processEnvironment(): Environment {
  // oxlint-disable-next-line no-process-env
  return process.env;
}

/**
 * Fills a configuration class from environment variables. A variable that is empty counts as unset. A setting that
 * cannot be read keeps its default while the others are checked, so that every problem is reported at once.
 *
 * @throws {ConfigError} with all problems.
 */
export function loadConfig<Config extends object>(
  ConfigClass: new () => Config,
  env: Environment = processEnvironment(),
): Config {
  const config = new ConfigClass();
  const settings = settingsOf(config);
  const unreadable = new Map<string, string>();
  for (const setting of settings) {
    const problem = readSetting(config, setting, env[setting.env]?.trim() ?? '');
    if (problem !== undefined) unreadable.set(setting.property, problem);
  }
  const problems = [
    ...unreadable.values(),
    ...invalidValues(config, settings, unreadable),
    ...((config as CrossFieldRules).validate?.() ?? []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/**
 * Fills several classes and reports the problems of all of them at once.
 *
 * @throws {ConfigError} with all problems; one that two classes share is listed once.
 */
export function loadConfigs<Classes extends Readonly<Record<string, new () => object>>>(
  classes: Classes,
  env: Environment = processEnvironment(),
): { [Name in keyof Classes]: InstanceType<Classes[Name]> } {
  const problems = new Set<string>();
  const configs = Object.entries(classes).map(([name, ConfigClass]) => {
    try {
      return [name, loadConfig(ConfigClass, env)];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.add(problem);
      return [name, undefined];
    }
  });
  if (problems.size > 0) throw new ConfigError([...problems]);
  return Object.fromEntries(configs) as { [Name in keyof Classes]: InstanceType<Classes[Name]> };
}

function readSetting(
  config: object,
  setting: SettingDefinition,
  string: string,
): string | undefined {
  const { env, format } = setting;
  const example = `for example ${env}=${format.example}`;
  if (string === '') {
    const missing =
      setting.required === true && Reflect.get(config, setting.property) === undefined;
    return missing ? `${env} is not set: ${setting.doc} Set it, ${example}` : undefined;
  }
  try {
    Reflect.set(config, setting.property, format.parse(string));
    return undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return `${env}=${shownString(setting, string)}: must be ${format.expected}, ${example}`;
  }
}

/** Problems found by class-validator's decorators, expressed in terms of the variables. */
function invalidValues(
  config: object,
  settings: readonly SettingDefinition[],
  unreadable: ReadonlyMap<string, string>,
): string[] {
  const errors = validateSync(config, { forbidUnknownValues: false });
  return errors
    .filter((error) => !unreadable.has(error.property))
    .flatMap((error) => {
      const setting = settings.find(({ property }) => property === error.property);
      return constraintMessages(error).map((message) =>
        setting ? inOperatorsTerms(setting, error, message) : message,
      );
    });
}

function constraintMessages(error: ValidationError): string[] {
  return Object.values(error.constraints ?? {});
}

function inOperatorsTerms(
  setting: SettingDefinition,
  { property, value }: ValidationError,
  message: string,
): string {
  const { env, format } = setting;
  const words = message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
  return `${env}=${shownValue(setting, value)}: ${words}, for example ${env}=${format.example}`;
}
