import { readFileSync } from 'node:fs';

import { expect, it } from '@jest/globals';
import { parseAllDocuments } from 'yaml';

import { CoreSchemas, type Manifest, schemaVersions } from '../../tools/kubernetes/core-schemas.js';
import { describeWith } from './support/describe-with.js';

describeWith('schemas of Kubernetes')('manifests that users edit and apply', () => {
  it.each(['k8s/crash-stats/oauth2-proxy.yaml', 'k8s/eks/storage-class.yaml'])(
    '%s matches the schemas of each version',
    (file) => {
      const documents = parseAllDocuments(readFileSync(file, 'utf8'));
      const objects = documents.map((document) => document.toJS() as Manifest);
      for (const version of schemaVersions()) {
        const schemas = new CoreSchemas(version);
        for (const object of objects) expect(schemas.problems(object)).toEqual([]);
      }
    },
  );
});
