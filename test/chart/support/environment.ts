import type { RenderedChart } from './chart.js';

/** The environment of a component's container: values, and references to Secrets. */
export interface ContainerEnvironment {
  readonly values: Readonly<Record<string, string>>;
  /** `secret/key` by the variable. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The environment of a component's pods, from its ConfigMap and its container. */
export function environmentOf(chart: RenderedChart, component: string): ContainerEnvironment {
  const { containers } = chart.workload(component).spec.template.spec;
  const values: Record<string, string> = {};
  const secrets: Record<string, string> = {};
  for (const { envFrom = [], env = [] } of containers) {
    for (const { configMapRef } of envFrom) {
      // A Secret of the user: its keys are unknown.
      if (!configMapRef) continue;
      const map = chart.named('ConfigMap', configMapRef.name);
      if (!map) throw new Error(`${component} refers to a ConfigMap that does not exist`);
      Object.assign(values, map['data']);
    }
    for (const { name, value, valueFrom } of env) {
      const secret = valueFrom?.['secretKeyRef'] as { name: string; key: string } | undefined;
      if (secret) secrets[name] = `${secret.name}/${secret.key}`;
      else values[name] = value ?? '';
    }
  }
  return { values, secrets };
}
