{{/* Two releases can share the rules, and each reports its own pods. */}}
{{- define "antenna.throttleConfig.statusName" -}}
{{ include "antenna.fullname" . }}-throttle-rules-status
{{- end -}}

{{- define "antenna.throttleConfig.historyName" -}}
{{ include "antenna.fullname" . }}-throttle-rules-history
{{- end -}}

{{- define "antenna.throttleConfig.settings" -}}
{{- $throttleConfig := dict "root" . "component" "throttle-config" "section" "throttleConfig" "values" .Values.throttleConfig -}}
{{ include "antenna.settings.common" $throttleConfig }}
PORT: '8001'
SHUTDOWN_GRACE: {{ include "antenna.server.shutdownGrace" $throttleConfig }}s
RULES_SOURCE: kubernetes
RULES_CONFIGMAP: {{ .Values.throttleRules.configMap }}
RULES_NAMESPACE: {{ include "antenna.rulesNamespace" . }}
RULES_KEY: {{ .Values.throttleRules.key | quote }}
STATUS_CONFIGMAP: {{ .Values.throttleRules.status | quote }}
STATUS_CONFIGMAP_NAME: {{ include "antenna.throttleConfig.statusName" . }}
HISTORY_CONFIGMAP_NAME: {{ include "antenna.throttleConfig.historyName" . }}
RULES_CACHE_FILE: /var/cache/antenna/ruleset.json
{{- if .Values.throttleConfig.webhook.enabled }}
WEBHOOK_PORT: {{ .Values.throttleConfig.webhook.port | quote }}
WEBHOOK_TLS_CERT: /etc/antenna/webhook/tls.crt
WEBHOOK_TLS_KEY: /etc/antenna/webhook/tls.key
{{- end }}
{{ include "antenna.nodeOptions" $throttleConfig }}
{{- end -}}

{{- define "antenna.throttleConfig.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.extra" . }}
{{- end -}}

{{- define "antenna.throttleConfig.webhookSecret" -}}
{{- $name := include "antenna.componentName" (dict "root" . "component" "throttle-config") -}}
{{- .Values.throttleConfig.webhook.existingSecret | default (printf "%s-webhook" $name) -}}
{{- end -}}
