import { nearestWord } from '#antenna/nearest-word';
import type { Environment } from './load-config.js';

/** A variable of the environment, and the setting that was probably meant. */
interface MisspeltSetting {
  readonly name: string;
  readonly meant: string;
}

/** Shorter settings resemble ordinary variables: PORT and PGPORT. They are suggested for short names only. */
const longName = 6;

/**
 * The environment variables that are probably misspelt settings: a service ignores variables that it does not know.
 * @param known all settings of the process
 */
export function misspeltSettings(known: readonly string[], env: Environment): MisspeltSetting[] {
  return Object.keys(env)
    .filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name) && !known.includes(name))
    .flatMap((name) => {
      const comparable = known.filter(({ length }) => length >= longName || name.length < longName);
      const meant = nearestWord(name, comparable);
      return meant === undefined ? [] : [{ name, meant }];
    });
}
