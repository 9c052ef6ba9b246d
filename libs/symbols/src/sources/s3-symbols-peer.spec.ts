import { afterAll, beforeAll, describe } from '@jest/globals';
import { type AwsPeer, createBucket, versitygw } from '#antenna/testing';
import { symbolStoreContract } from './symbol-store.contract.js';

const describePeer = versitygw.isInstalled ? describe : describe.skip;

describePeer('with versitygw (installed by .ci/install-peers)', () => {
  let peer: AwsPeer;
  beforeAll(async () => {
    peer = await versitygw.start();
    await createBucket(peer.connection, 'symbols');
  }, 60_000);
  afterAll(() => peer.stop());

  symbolStoreContract(async () => {
    const { region, endpoint, credentials } = peer.connection;
    const s3 = { region, s3Endpoint: endpoint, s3PathStyle: true, credentials };
    return { location: 's3://symbols/firefox', s3 };
  });
});
