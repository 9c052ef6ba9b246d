import type { SettingDefinition } from './setting.js';

/** How many characters of a wrong value an error quotes. */
const quoted = 80;

/** A value as the log may show it: in the operator's notation, secrets and passwords in URLs masked. */
export function shownValue(setting: SettingDefinition, value: unknown): string {
  return value === undefined || value === ''
    ? ''
    : shownText(setting, setting.format.format(value));
}

/** A variable's text as an error may quote it. */
export function shownText({ secret }: SettingDefinition, text: string): string {
  if (secret === true) return '***';
  const masked = text.replaceAll(/(\w+:\/\/)[^/@\s]*@/gu, '$1***@').replaceAll(/\p{Cc}/gu, '?');
  return masked.length > quoted ? `${masked.slice(0, quoted)}…` : masked;
}
