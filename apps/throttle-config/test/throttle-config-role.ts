import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import type { RoleRule } from '#antenna/testing';

/** The rights that are documented for throttle-config, and granted to it in specs: no more and no less. */
export function throttleConfigRole(): readonly RoleRule[] {
  const file = new URL('../../../k8s/throttle-config-role.yaml', import.meta.url);
  return (parse(readFileSync(file, 'utf8')) as { rules: RoleRule[] }).rules;
}
