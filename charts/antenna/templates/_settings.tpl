{{/*
Environment variables by the names of docs/configuration.md. What is no secret stands in a ConfigMap of the component,
whose checksum is an annotation of its pods: a change of it replaces them.
*/}}

{{- define "antenna.settings.common" -}}
LOG_LEVEL: {{ .root.Values.logging.level }}
LOG_FORMAT: {{ .root.Values.logging.format }}
{{- with .root.Values.telemetry.otlp }}
{{- if .endpoint }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .endpoint | quote }}
OTEL_EXPORTER_OTLP_PROTOCOL: {{ .protocol }}
OTEL_TRACES_SAMPLER: parentbased_traceidratio
OTEL_TRACES_SAMPLER_ARG: {{ .sampleRatio | quote }}
{{- end }}
{{- end }}
{{- with .root.Values.telemetry.statsd }}
{{- if .host }}
STATSD_HOST: {{ .host | quote }}
STATSD_PORT: {{ .port | quote }}
{{- with .namespace }}
STATSD_NAMESPACE: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- with .root.Values.telemetry.sentry.environment }}
SENTRY_ENVIRONMENT: {{ . | quote }}
{{- end }}
{{- range $name, $value := .values.settings }}
{{ $name }}: {{ include "antenna.scalar" $value | quote }}
{{- end }}
{{- end -}}

{{/* Stores and queues that ingest and crashmover share. */}}
{{- define "antenna.settings.backend" -}}
BACKEND: aws
AWS_REGION: {{ .Values.aws.region | quote }}
{{- with .Values.aws.s3.endpoint }}
S3_ENDPOINT: {{ . | quote }}
{{- end }}
{{- if .Values.aws.s3.pathStyle }}
S3_PATH_STYLE: 'true'
{{- end }}
{{- with .Values.aws.sqs.endpoint }}
SQS_ENDPOINT: {{ . | quote }}
{{- end }}
STAGING_BUCKET: {{ .Values.buckets.staging.name | quote }}
{{- with .Values.buckets.staging.prefix }}
STAGING_PREFIX: {{ . | quote }}
{{- end }}
INTAKE_QUEUE: {{ .Values.queues.intake | quote }}
{{- end -}}

{{/* Where to find the secret ones. */}}
{{- define "antenna.env.common" -}}
{{- $root := .root -}}
{{- if $root.Values.telemetry.otlp.endpoint }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: OTEL_RESOURCE_ATTRIBUTES
  value: k8s.namespace.name={{ $root.Release.Namespace }},k8s.pod.name=$(POD_NAME),k8s.container.name={{ .component }}
{{- end }}
{{- with $root.Values.telemetry.sentry }}
{{- if .existingSecret }}
{{ include "antenna.env.secret" (list "SENTRY_DSN" .existingSecret .key) }}
{{- end }}
{{- end }}
{{- with $root.Values.brokenToken }}
{{- if .existingSecret }}
{{ include "antenna.env.secret" (list "BROKEN_TOKEN" .existingSecret .key) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "antenna.env.awsCredentials" -}}
{{- $credentials := .root.Values.aws.credentials -}}
{{- $secret := .values.awsCredentials.existingSecret | default $credentials.existingSecret -}}
{{- if $secret }}
{{ include "antenna.env.secret" (list "AWS_ACCESS_KEY_ID" $secret $credentials.accessKeyIdKey) }}
{{ include "antenna.env.secret" (list "AWS_SECRET_ACCESS_KEY" $secret $credentials.secretAccessKeyKey) }}
{{- end }}
{{- end -}}

{{- define "antenna.env.secret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end -}}

{{/* More variables of the user; those of the chart are not theirs to set. Takes also reserved: the chart's, as YAML. */}}
{{- define "antenna.env.extra" -}}
{{- $reserved := fromYaml .reserved -}}
{{- $managed := list "PORT" "SHUTDOWN_GRACE" "NODE_OPTIONS" "SPOOL_DIR" "SENTRY_DSN" "BROKEN_TOKEN" "SUBMITTER_TOKEN"
  "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" "OTEL_RESOURCE_ATTRIBUTES" "POD_NAME" "RULES_CACHE_FILE" "KUBECONFIG" -}}
{{- range .values.extraEnv }}
{{- if or (hasKey $reserved .name) (has .name $managed) -}}
{{- fail (printf "%s.extraEnv sets %s, which the chart sets itself; use the value of the chart for it (values.yaml), or %s.settings" $.section .name $.section) -}}
{{- end }}
- {{ toYaml . | nindent 2 | trim }}
{{- end }}
{{- end -}}
