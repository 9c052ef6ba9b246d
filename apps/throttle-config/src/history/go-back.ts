import type { RulesConfigMap } from '../kubernetes/cluster.js';
import type { RulesServiceConfig } from '../rules-service.config.js';

/** How to make an earlier revision live again. */
export interface GoBack {
  /** Shell commands, in order; empty if the rules cannot be edited. */
  readonly commands: readonly string[];
  /** What to know before. */
  readonly note?: string;
}

/** Commands for the configured source. The first one needs a connection to this port, such as `kubectl port-forward`. */
export function goBack(
  revision: string,
  { port, rulesFile }: Pick<RulesServiceConfig, 'port' | 'rulesFile'>,
  configMap: Pick<RulesConfigMap, 'namespace' | 'name' | 'key'> | undefined,
  helmRelease: string | undefined,
): GoBack {
  const download = `curl --fail --silent http://localhost:${port}/v1/history/${revision}/ruleset`;
  if (!configMap) {
    if (rulesFile === undefined)
      return { commands: [], note: 'The bundled rules are live; set RULES_FILE to edit rules.' };
    const draft = quoted(`${rulesFile}.new`);
    return { commands: [`${download} --output ${draft} && mv ${draft} ${quoted(rulesFile)}`] };
  }
  const { namespace, name, key } = configMap;
  const made = `kubectl --namespace ${namespace} create configmap ${name} --from-file=${key}=ruleset.yaml --dry-run=client --output yaml`;
  const commands = [
    `${download} --output ruleset.yaml`,
    `${made} | kubectl apply --server-side --force-conflicts --field-manager throttle-rules -f -`,
  ];
  if (helmRelease === undefined) return { commands };
  const note = `The ConfigMap belongs to the Helm release ${helmRelease}, whose next upgrade writes its own rules: change them there, too.`;
  return { commands, note };
}

function quoted(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
