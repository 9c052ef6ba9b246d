import { BlockList, isIP } from 'node:net';

import { Choice, Integer, List, Port, ServiceConfig, Setting, Url } from '#antenna/service';

/** A shorter one could be guessed. */
const minSecretLength = 16;

/** The settings of Crash Stats. */
export class CrashStatsConfig extends ServiceConfig {
  @Setting({
    env: 'HOST',
    doc: 'Address to listen on; other than a loopback address only with AUTH=proxy.',
  })
  override host = '127.0.0.1';

  @Setting({ env: 'PORT', doc: 'Port of the pages and their API. 0 picks a free port.' })
  @Port()
  override port = 8004;

  @Setting({
    env: 'AUTH',
    doc: 'How users are known. `none`: everyone who reaches the port may see and do everything, for HOST=127.0.0.1 only. `proxy`: a proxy in front of it signs users in.',
  })
  @Choice(['none', 'proxy'])
  auth: 'none' | 'proxy' = 'none';

  @Setting({
    env: 'AUTH_USER_HEADER',
    doc: 'Header in which the proxy sends the name of the user. The proxy must remove what a client sends in it, as in the next.',
  })
  authUserHeader = 'x-forwarded-email';

  @Setting({
    env: 'AUTH_GROUPS_HEADER',
    doc: 'Header in which the proxy sends the groups of the user, separated by commas.',
  })
  authGroupsHeader = 'x-forwarded-groups';

  @Setting({
    env: 'AUTH_PROXY_SECRET',
    doc: 'What the proxy sends in the header x-antenna-proxy-secret, at least 16 characters. Required with AUTH=proxy.',
    secret: true,
  })
  authProxySecret: string | undefined;

  @Setting({
    env: 'AUTH_PROXY_NETWORKS',
    doc: 'Networks from which the proxy connects, such as `10.0.0.0/8,fd00::/8`. Required with AUTH=proxy.',
  })
  @List()
  authProxyNetworks: readonly string[] = [];

  @Setting({
    env: 'VIEWER_GROUPS',
    doc: 'Groups that may see signatures, stacks without contents of memory, and counts. Nothing that users of the crashed programs wrote.',
  })
  @List()
  viewerGroups: readonly string[] = [];

  @Setting({
    env: 'PROTECTED_GROUPS',
    doc: 'Groups that may see and download everything: annotations, minidumps, memory.',
  })
  @List()
  protectedGroups: readonly string[] = [];

  @Setting({
    env: 'OPERATOR_GROUPS',
    doc: 'Groups that may also have crashes processed again.',
  })
  @List()
  operatorGroups: readonly string[] = [];

  @Setting({
    env: 'TRACE_URL',
    doc: 'Where the trace of a crash can be found, for a link on its page; `{crash_id}` stands for the crash id: `https://grafana.example.org/d/antenna-crash?var-crash_id={crash_id}`. No link without it.',
  })
  @Url()
  traceUrl: string | undefined;

  @Setting({
    env: 'API_RATE',
    doc: 'Requests that a user may send in a minute, for pages and their API together. More are answered with 429.',
  })
  @Integer({ min: 1, max: 1_000_000 })
  apiRate = 300;

  validate(): string[] {
    const withoutId = this.traceUrl?.includes('{crash_id}') === false;
    return [
      ...(withoutId ? ['TRACE_URL must contain {crash_id}, which stands for the crash id'] : []),
      ...(this.auth === 'proxy' ? this.proxyProblems() : []),
    ];
  }

  private proxyProblems(): string[] {
    const problems: string[] = [];
    const { authProxySecret: secret = '' } = this;
    if (secret.length < minSecretLength) {
      problems.push(
        `AUTH_PROXY_SECRET has ${secret.length} characters; AUTH=proxy requires at least ${minSecretLength}: set it to the output of openssl rand -hex 32, here and in the proxy`,
      );
    }
    if (this.authProxyNetworks.length === 0) {
      problems.push(
        'AUTH_PROXY_NETWORKS is not set; AUTH=proxy requires it: list the networks of the proxy, such as 10.0.0.0/8',
      );
    }
    for (const network of this.authProxyNetworks.filter((one) => !isNetwork(one))) {
      problems.push(
        `AUTH_PROXY_NETWORKS has ${network}, which is not a network; write it as 10.0.0.0/8 or fd00::/8`,
      );
    }
    const groups = [this.viewerGroups, this.protectedGroups, this.operatorGroups];
    if (groups.flat().length === 0) {
      problems.push(
        'VIEWER_GROUPS, PROTECTED_GROUPS and OPERATOR_GROUPS are not set; with AUTH=proxy, nobody could see anything: set at least one',
      );
    }
    if (this.logLevel === 'warn' || this.logLevel === 'error') {
      problems.push(
        `LOG_LEVEL=${this.logLevel} would omit the audit lines of AUTH=proxy; set it to info`,
      );
    }
    return problems;
  }
}

/** @throws if one is not a network; `validate` has refused such a configuration */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isNetwork(network: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 6 ? 128 : 32);
}
