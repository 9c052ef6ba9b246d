import { reportField } from '#antenna/crash-report';
import type { ThrottleRule } from '../document/ruleset-document.js';

/**
 * Mozilla's crash reporter makes the version a part of the name of a file, and the answer has one line for it. Anything
 * else that a client sends as its version is not repeated.
 */
const safeVersion = /^[0-9A-Za-z.+-]{1,64}$/;

/** The version of which the client must send no more reports; nothing if the rule does not say so. */
export function stopSendingFor(
  rule: ThrottleRule,
  annotations: ReadonlyMap<string, string>,
): { readonly stopSendingFor?: string } {
  if (!('result' in rule) || rule.stopSending !== true) return {};
  const version = reportField('version', (name) => annotations.get(name)) ?? '';
  return safeVersion.test(version) ? { stopSendingFor: version } : {};
}
