import { Choice, Flag, Port, ServiceConfig, Setting } from '#antenna/service';

export const rulesSources = ['file', 'kubernetes'] as const;

/** Everything about throttle-config that an operator may set. */
export class RulesServiceConfig extends ServiceConfig {
  @Setting({
    env: 'PORT',
    doc: 'Port on which the ruleset, its API and its page are served; 0 takes any free one.',
  })
  @Port()
  override port = 8001;

  @Setting({
    env: 'RULES_SOURCE',
    doc: 'Where the throttle rules are edited: a file, or a ConfigMap of a Kubernetes cluster.',
  })
  @Choice(rulesSources)
  rulesSource: (typeof rulesSources)[number] = 'file';

  @Setting({
    env: 'RULES_FILE',
    doc: 'Throttle rules (YAML), watched for changes; unset: the bundled Mozilla rules. For RULES_SOURCE=file.',
  })
  rulesFile: string | undefined;

  @Setting({
    env: 'RULES_CONFIGMAP',
    doc: 'Name of the ConfigMap that holds the throttle rules. For RULES_SOURCE=kubernetes.',
  })
  rulesConfigMap = 'throttle-rules';

  @Setting({
    env: 'RULES_NAMESPACE',
    doc: 'Namespace of that ConfigMap; unset: the namespace of the pod.',
  })
  rulesNamespace: string | undefined;

  @Setting({ env: 'RULES_KEY', doc: 'Key of that ConfigMap under which the rules stand.' })
  rulesKey = 'ruleset.yaml';

  @Setting({ env: 'KUBECONFIG', doc: 'Credentials for the cluster; unset: those of the pod.' })
  kubeconfig: string | undefined;

  @Setting({
    env: 'STATUS_CONFIGMAP',
    doc: 'Whether to keep a ConfigMap <name>-status for the authors of the rules. For RULES_SOURCE=kubernetes.',
  })
  @Flag()
  statusConfigMap = true;

  @Setting({
    env: 'RULES_CACHE_FILE',
    doc: 'Where the last accepted ruleset is kept, for a start with an invalid or unreachable one; unset: nowhere.',
  })
  rulesCacheFile: string | undefined;

  @Setting({
    env: 'WEBHOOK_PORT',
    doc: 'Port of the validating admission webhook (TLS); unset: no webhook.',
  })
  @Port()
  webhookPort: number | undefined;

  @Setting({
    env: 'WEBHOOK_TLS_CERT',
    doc: 'Certificate chain of the webhook (PEM), read again when it changes.',
  })
  webhookTlsCert: string | undefined;

  @Setting({
    env: 'WEBHOOK_TLS_KEY',
    doc: 'Private key of the webhook (PEM), read again when it changes.',
  })
  webhookTlsKey: string | undefined;

  validate(): string[] {
    if (this.webhookPort === undefined) return [];
    const missing = [
      ...(this.webhookTlsCert === undefined ? ['WEBHOOK_TLS_CERT'] : []),
      ...(this.webhookTlsKey === undefined ? ['WEBHOOK_TLS_KEY'] : []),
    ];
    return missing.map(
      (env) => `${env} is not set, but WEBHOOK_PORT is: Kubernetes calls webhooks over TLS only`,
    );
  }
}
