import { OpenSearchCrashIndex } from '#antenna/crash-index';
import { type OpenSearchPeer, openSearchPeer } from '#antenna/testing';
import { describe } from '@jest/globals';
import { describeIndexCommands } from '../../test/index-commands.js';

const describeIfInstalled = openSearchPeer.isInstalled ? describe : describe.skip;

describeIfInstalled('a peer', () => {
  let peer: OpenSearchPeer | undefined;
  const prefix = 'antenna-crashes';

  describeIndexCommands('OpenSearch', {
    async open() {
      peer ??= await openSearchPeer.start();
      const { url } = peer;
      await (await fetch(`${url}/${prefix}-*`, { method: 'DELETE' })).text();
      const index = new OpenSearchCrashIndex({ url, prefix });
      return {
        location: url,
        feed: index,
        search: index,
        async refresh() {
          await (await fetch(`${url}/${prefix}-*/_refresh`, { method: 'POST' })).text();
        },
        close: async () => await index.close(),
      };
    },
    stop: async () => await peer?.stop(),
  });
});
