import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { type CrashStatsConfig, networkList } from '../crash-stats.config.js';
import type { Identify } from './identify.js';
import { type Role, Viewer } from './viewer.js';

const secretHeader = 'x-antenna-proxy-secret';
const maxUserLength = 256;

/** For `AUTH=proxy`: believes a proxy that knows the secret and connects from its network. */
export function identifyByProxy(config: CrashStatsConfig): Identify {
  const networks = networkList(config.authProxyNetworks);
  const secret = hashOf(config.authProxySecret ?? '');
  const userHeader = config.authUserHeader.toLowerCase();
  const groupsHeader = config.authGroupsHeader.toLowerCase();
  const roleOf = rolesByGroup(config);
  return (request) => {
    const { remoteAddress = '', remoteFamily } = request.socket;
    const sent = hashOf(only(request, secretHeader) ?? '');
    const isProxy =
      timingSafeEqual(sent, secret) &&
      networks.check(remoteAddress, remoteFamily === 'IPv6' ? 'ipv6' : 'ipv4');
    if (!isProxy) return 'not_from_proxy';
    const user = readable(only(request, userHeader));
    if (user === undefined || user === '' || user.length > maxUserLength) return 'no_user';
    const groups = readable(only(request, groupsHeader)) ?? '';
    const role = roleOf(groups.split(',').map((group) => group.trim()));
    return role === undefined ? 'no_role' : new Viewer(user, role);
  };
}

function rolesByGroup(config: CrashStatsConfig): (groups: readonly string[]) => Role | undefined {
  const { operatorGroups, protectedGroups, viewerGroups } = config;
  const byRole = [
    ['operator', new Set(operatorGroups)],
    ['protected', new Set(protectedGroups)],
    ['viewer', new Set(viewerGroups)],
  ] as const;
  return (groups) => byRole.find(([, allowed]) => groups.some((group) => allowed.has(group)))?.[0];
}

/** A header that comes twice is not believed: one may be the client's, which the proxy has not removed. */
function only({ headersDistinct }: IncomingMessage, name: string): string | undefined {
  const values = headersDistinct[name] ?? [];
  return values.length === 1 ? values[0] : undefined;
}

/** Undefined for what is not text: it would be logged and shown. Node reads UTF-8 in headers as Latin-1. */
function readable(header: string | undefined): string | undefined {
  const text = Buffer.from(header ?? '', 'latin1')
    .toString('utf8')
    .trim();
  return /[\p{C}\p{Zl}\p{Zp}\uFFFD]/u.test(text) ? undefined : text;
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
