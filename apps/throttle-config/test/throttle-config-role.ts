import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import type { RoleRule } from '#antenna/testing';

/** The documented permissions of throttle-config, which are exactly those that specs grant to it. */
export function throttleConfigRole(): readonly RoleRule[] {
  const file = new URL('../../../k8s/throttle-config-role.yaml', import.meta.url);
  return (parse(readFileSync(file, 'utf8')) as { rules: RoleRule[] }).rules;
}
