import type { SettingDefinition } from './setting.js';

/** Maximum number of characters of a wrong value that an error quotes. */
const quoted = 80;

/** A value, safe to log: in the notation of the environment, with secrets and passwords in URLs masked. */
export function shownValue(setting: SettingDefinition, value: unknown): string {
  return value === undefined || value === ''
    ? ''
    : shownText(setting, setting.format.format(value));
}

/** The string of a variable, safe to quote in an error. */
export function shownText({ secret }: SettingDefinition, text: string): string {
  if (secret === true) return '***';
  const masked = text.replaceAll(/(\w+:\/\/)[^/@\s]*@/gu, '$1***@').replaceAll(/\p{Cc}/gu, '?');
  return masked.length > quoted ? `${masked.slice(0, quoted)}…` : masked;
}
