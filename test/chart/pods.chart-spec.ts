import { expect, it } from '@jest/globals';

import { exampleValues, render } from './support/chart.js';
import { describeWith } from './support/describe-with.js';

/** All pods, including the test, run with minimal rights. */
describeWith('helm').each(exampleValues())('pods with $file', ({ values }) => {
  const pods = () => render(values).pods;
  const containers = () =>
    pods().flatMap(({ owner, spec }) =>
      [...(spec.initContainers ?? []), ...spec.containers].map((container) => ({
        owner,
        spec,
        container,
      })),
    );

  /** Those of the chart: containers of the user are init containers. */
  const own = () =>
    pods().flatMap(({ owner, spec }) => spec.containers.map((container) => ({ owner, container })));

  it('exist for each component', () => {
    const components = pods().map(({ component }) => component);
    expect(components).toEqual(expect.arrayContaining(['ingest', 'crashmover']));
  });

  it('let the Cluster Autoscaler remove their node unless it has a spool without a volume', () => {
    for (const { metadata, spec } of render(values).workloads) {
      const { annotations } = spec.template.metadata;
      const safe = annotations?.['cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes'];
      const volumes = (spec.template.spec.volumes ?? []) as { name: string; emptyDir?: object }[];
      const local = volumes.filter(({ name, emptyDir }) => emptyDir && name !== 'spool');
      expect([metadata.name, safe]).toEqual([metadata.name, local.map(({ name }) => name).join()]);
    }
  });

  it('run as user 10001, never as root, with the seccomp profile of the runtime', () => {
    for (const { owner, spec, container } of containers()) {
      expect({ owner, ...spec.securityContext, ...container.securityContext }).toMatchObject({
        owner,
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
    }
  });

  it('have no capabilities, cannot gain privileges, and have a read-only root', () => {
    for (const { owner, container } of containers()) {
      const { securityContext: context } = container;
      expect({ owner, ...context }).toMatchObject({
        owner,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(context?.capabilities?.add).toBeUndefined();
      expect(context?.privileged).toBeUndefined();
    }
  });

  it('keep the last lines of the log of a container that failed', () => {
    for (const { owner, container } of own()) {
      const { terminationMessagePolicy: policy } = container as {
        terminationMessagePolicy?: string;
      };
      expect([owner, policy]).toEqual([owner, 'FallbackToLogsOnError']);
    }
  });

  it('have a writable /tmp and mount only existing volumes', () => {
    for (const { container } of own()) {
      const mounts = container.volumeMounts ?? [];
      expect(mounts.map(({ mountPath }) => mountPath)).toContain('/tmp');
    }
    for (const workload of render(values).workloads) {
      const { spec } = workload.spec.template;
      const claims = (workload.spec.volumeClaimTemplates ?? []) as { metadata: { name: string } }[];
      const volumes = [
        ...(spec.volumes ?? []).map(({ name }) => name),
        ...claims.map(({ metadata }) => metadata.name),
      ];
      const mounts = [...(spec.initContainers ?? []), ...spec.containers].flatMap(
        ({ volumeMounts = [] }) => volumeMounts,
      );
      expect(volumes).toEqual(expect.arrayContaining(mounts.map(({ name }) => name)));
    }
  });

  it('request and limit CPU and memory', () => {
    for (const { owner, container } of containers()) {
      const amounts = { cpu: expect.anything(), memory: expect.anything() };
      expect({ owner, ...container.resources }).toEqual({
        owner,
        requests: amounts,
        limits: amounts,
      });
    }
  });

  it('have an API token only in throttle-config', () => {
    for (const { component, spec } of pods()) {
      expect([component, spec.automountServiceAccountToken]).toEqual([
        component,
        component === 'throttle-config',
      ]);
    }
    for (const account of render(values).ofKind('ServiceAccount'))
      expect(account['automountServiceAccountToken']).toBe(false);
  });

  it('use images with a fixed tag or digest', () => {
    for (const { container } of containers())
      expect(container.image).toMatch(/^[\w./:-]+(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/);
  });
});
