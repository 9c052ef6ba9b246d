import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** More replicas than any deployment of throttle-config has. */
const maxReplicas = 16;
const refreshMs = 15_000;

/** The URLs of all replicas of throttle-config. */
export class ReplicaAddresses {
  private readonly found = new Map<string, readonly string[]>();
  private isRefreshing = false;
  private refreshedAt = -Infinity;

  constructor(private readonly urls: readonly string[]) {}

  /** Those that the last look-up found. Looks them up again in the background, so that nothing waits for DNS. */
  all(): string[] {
    void this.refresh();
    return [...new Set([...this.found.values()].flat())].slice(0, maxReplicas);
  }

  /** Looks up the addresses if that is due. */
  async refresh(): Promise<void> {
    if (this.isRefreshing || performance.now() - this.refreshedAt < refreshMs) return;
    this.isRefreshing = true;
    this.refreshedAt = performance.now();
    await Promise.all(this.urls.map(async (url) => await this.resolve(url)));
    this.isRefreshing = false;
  }

  /** If DNS does not answer, the addresses that are known stay in use. */
  private async resolve(url: string): Promise<void> {
    const { protocol, hostname } = new URL(url);
    // The certificate of an https URL is valid for its name, not for the address of a replica.
    if (protocol === 'https:' || hostname.startsWith('[')) {
      this.found.set(url, [url]);
    } else {
      const addresses = await lookup(hostname, { all: true }).catch(() => []);
      const urls = addresses.map(({ address }) => withAddress(url, address));
      if (urls.length > 0) this.found.set(url, urls);
    }
  }
}

function withAddress(url: string, address: string): string {
  const changed = new URL(url);
  changed.hostname = isIP(address) === 6 ? `[${address}]` : address;
  return changed.href;
}
