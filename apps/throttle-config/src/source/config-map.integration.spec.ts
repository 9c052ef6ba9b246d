import { describe } from '@jest/globals';

import {
  kubernetesAssets,
  startRealKubernetesApi,
  startScriptedKubernetesApi,
} from '#antenna/testing';

import { describeConfigMap } from '../../test/config-map.contract.js';

describeConfigMap('a scripted API server', startScriptedKubernetesApi);

const assets = kubernetesAssets();
const describeIfInstalled = assets === undefined ? describe.skip : describe;
const place = assets ?? 'skipped: no etcd and kube-apiserver in the folder of KUBEBUILDER_ASSETS';

describeIfInstalled(`kube-apiserver and etcd (${place})`, () => {
  describeConfigMap(
    'a real API server',
    async (options) => await startRealKubernetesApi(assets ?? '', options),
  );
});
