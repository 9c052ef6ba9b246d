{{/*
Environment variables, by their names in docs/configuration.md. Those that are not secret are in the component's ConfigMap.
Its checksum is an annotation of the pods, so that a change replaces them.
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

{{/* A setting from `<section>.settings`, or the service's default. Takes a list: root, section, name. */}}
{{- define "antenna.setting" -}}
{{- $root := index . 0 -}}
{{- $defaults := $root.Files.Get "files/default-settings.json" | fromJson -}}
{{- $set := get (get $root.Values (index . 1)).settings (index . 2) -}}
{{- include "antenna.scalar" ($set | default (get (get $defaults (index . 1)) (index . 2))) -}}
{{- end -}}

{{- define "antenna.settings.aws" -}}
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
{{- end -}}

{{- define "antenna.settings.crashes" -}}
CRASH_BUCKET: {{ .Values.buckets.crashes.name | quote }}
{{- with .Values.buckets.crashes.prefix }}
CRASH_PREFIX: {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "antenna.settings.crashIndex" -}}
{{- with .Values.crashIndex }}
{{- if .url }}
CRASH_INDEX: {{ .url | quote }}
CRASH_INDEX_PREFIX: {{ .prefix | quote }}
{{- with .awsRegion }}
CRASH_INDEX_AWS_REGION: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Stores and queues for ingest and crashmover. */}}
{{- define "antenna.settings.backend" -}}
{{ include "antenna.settings.aws" . }}
STAGING_BUCKET: {{ .Values.buckets.staging.name | quote }}
{{- with .Values.buckets.staging.prefix }}
STAGING_PREFIX: {{ . | quote }}
{{- end }}
INTAKE_QUEUE: {{ .Values.queues.intake | quote }}
{{- end -}}

{{/* Secret variables, by reference. */}}
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

{{- define "antenna.env.crashIndex" -}}
{{- with .root.Values.crashIndex }}
{{- if and .url .existingSecret }}
{{ include "antenna.env.secret" (list "CRASH_INDEX_USER" .existingSecret .userKey) }}
{{ include "antenna.env.secret" (list "CRASH_INDEX_PASSWORD" .existingSecret .passwordKey) }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "antenna.env.secret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 2 }}
{{- end -}}

{{/* The user's variables; refuses those that the chart sets. Also takes reserved: the chart's variables, as YAML. */}}
{{- define "antenna.env.extra" -}}
{{- $reserved := fromYaml .reserved -}}
{{- $managed := list "PORT" "SHUTDOWN_GRACE" "NODE_OPTIONS" "SPOOL_DIR" "SENTRY_DSN" "BROKEN_TOKEN" "SUBMITTER_TOKEN"
  "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" "OTEL_RESOURCE_ATTRIBUTES" "POD_NAME" "RULES_CACHE_FILE" "KUBECONFIG"
  "AUTH_PROXY_SECRET" "CRASH_INDEX" "CRASH_INDEX_USER" "CRASH_INDEX_PASSWORD" -}}
{{- range .values.extraEnv }}
{{- if or (hasKey $reserved .name) (has .name $managed) -}}
{{- fail (printf "%s.extraEnv sets %s, which the chart sets; use its value in values.yaml, or %s.settings" $.section .name $.section) -}}
{{- end }}
- {{ toYaml . | nindent 2 | trim }}
{{- end }}
{{- end -}}
