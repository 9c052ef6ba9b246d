import { describe } from '@jest/globals';

import { kubernetesAssets } from '../../../libs/testing/src/index.js';
import { helmProgram, kubectlProgram } from '../../../tools/kubernetes/cluster-tools.js';
import { schemaVersions } from '../../../tools/kubernetes/core-schemas.js';
import { haveCustomResourceSchemas } from '../../../tools/kubernetes/custom-resource-schemas.js';

const installed = {
  helm: () => helmProgram() !== undefined,
  kubectl: () => kubectlProgram() !== undefined,
  'schemas of Kubernetes': () => schemaVersions().length > 0,
  'schemas of custom resources': haveCustomResourceSchemas,
  'kube-apiserver': () => kubernetesAssets() !== undefined,
};

type Tool = keyof typeof installed;

/** Returns `describe`, or `describe.skip` if one of the tools is missing. The spec's title should name the tools. */
export function describeWith(...needed: readonly Tool[]): typeof describe.skip {
  return needed.every((tool) => installed[tool]()) ? describe : describe.skip;
}
