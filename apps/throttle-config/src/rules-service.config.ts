import { Choice, Flag, Port, ServiceConfig, Setting } from '#antenna/service';

const rulesSources = ['file', 'kubernetes'] as const;

/** The settings of throttle-config, the rules service. */
export class RulesServiceConfig extends ServiceConfig {
  @Setting({
    env: 'PORT',
    doc: 'Port of the ruleset, its API and its page. 0: any free port.',
  })
  @Port()
  override port = 8001;

  @Setting({
    env: 'RULES_SOURCE',
    doc: 'Where the throttle rules are edited: in a file, or in a ConfigMap.',
  })
  @Choice(rulesSources)
  rulesSource: (typeof rulesSources)[number] = 'file';

  @Setting({
    env: 'RULES_FILE',
    doc: 'File with the throttle rules (YAML), for RULES_SOURCE=file. Default: the bundled Mozilla rules.',
  })
  rulesFile: string | undefined;

  @Setting({
    env: 'RULES_CONFIGMAP',
    doc: 'ConfigMap with the throttle rules, for RULES_SOURCE=kubernetes.',
  })
  rulesConfigMap = 'throttle-rules';

  @Setting({
    env: 'RULES_NAMESPACE',
    doc: 'Namespace of that ConfigMap. Default: the namespace of the pod.',
  })
  rulesNamespace: string | undefined;

  @Setting({ env: 'RULES_KEY', doc: 'Key of that ConfigMap that contains the rules.' })
  rulesKey = 'ruleset.yaml';

  @Setting({
    env: 'KUBECONFIG',
    doc: 'File with the credentials for the cluster. Default: the credentials of the pod.',
  })
  kubeconfig: string | undefined;

  @Setting({
    env: 'STATUS_CONFIGMAP',
    doc: 'Whether to maintain a status ConfigMap for authors, for RULES_SOURCE=kubernetes.',
  })
  @Flag()
  statusConfigMap = true;

  @Setting({
    env: 'STATUS_CONFIGMAP_NAME',
    doc: 'Name of the status ConfigMap. Set it where several releases share the rules. Default: RULES_CONFIGMAP with the suffix -status.',
  })
  statusConfigMapName: string | undefined;

  @Setting({
    env: 'HISTORY_CONFIGMAP_NAME',
    doc: 'Name of the ConfigMap with the accepted rulesets of the last 90 days. Set it where several releases share the rules. Default: RULES_CONFIGMAP with the suffix -history.',
  })
  historyConfigMapName: string | undefined;

  @Setting({
    env: 'RULES_CACHE_FILE',
    doc: 'File for the last accepted ruleset, used if the rules are missing or invalid at a start. For RULES_SOURCE=file, ruleset-history.json.gz beside it has the rulesets of the last 90 days. Default: off.',
  })
  rulesCacheFile: string | undefined;

  @Setting({
    env: 'WEBHOOK_PORT',
    doc: 'Port of the validating admission webhook (TLS). Default: no webhook.',
  })
  @Port()
  webhookPort: number | undefined;

  @Setting({
    env: 'WEBHOOK_TLS_CERT',
    doc: 'Certificate chain of the webhook (PEM file), read again when it changes.',
  })
  webhookTlsCert: string | undefined;

  @Setting({
    env: 'WEBHOOK_TLS_KEY',
    doc: 'Private key of the webhook (PEM file), read again when it changes.',
  })
  webhookTlsKey: string | undefined;

  validate(): string[] {
    if (this.webhookPort === undefined) return [];
    const missing = [
      ...(this.webhookTlsCert === undefined ? ['WEBHOOK_TLS_CERT'] : []),
      ...(this.webhookTlsKey === undefined ? ['WEBHOOK_TLS_KEY'] : []),
    ];
    return missing.map(
      (env) =>
        `${env} is not set, but WEBHOOK_PORT is; Kubernetes calls webhooks over TLS only: set both, or unset WEBHOOK_PORT`,
    );
  }
}
