import type { SettingDefinition } from './setting.js';

/** Maximum number of characters of an invalid value that an error quotes. */
const quoted = 80;

/** A value in the notation of the environment, safe to log: secrets and passwords in URLs are masked. */
export function shownValue(setting: SettingDefinition, value: unknown): string {
  return value === undefined || value === ''
    ? ''
    : shownString(setting, setting.format.format(value));
}

/** The value of a variable, safe to quote in an error. */
export function shownString({ secret }: SettingDefinition, string: string): string {
  if (secret === true) return '***';
  const masked = string.replaceAll(/(\w+:\/\/)[^/@\s]*@/gu, '$1***@').replaceAll(/\p{Cc}/gu, '?');
  return masked.length > quoted ? `${masked.slice(0, quoted)}…` : masked;
}
