{{/*
Names, labels and images. Helpers of one component take a dict: root (the top context), component (its name in
Kubernetes: ingest, crashmover, processor, crash-stats, throttle-config, test) and values (its section of the values).
*/}}

{{- define "antenna.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* At most 40 characters leave 23 for the component: names of pods and labels are limited to 63. */}}
{{- define "antenna.componentName" -}}
{{ include "antenna.fullname" .root }}-{{ .component }}
{{- end -}}

{{- define "antenna.releaseLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels for selectors: constant for the life of a release, so without a version. */}}
{{- define "antenna.selectorLabels" -}}
{{ include "antenna.releaseLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "antenna.labels" -}}
{{ include "antenna.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: antenna
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Also takes name, namespace, and the object's own labels and annotations, which take precedence over common ones. */}}
{{- define "antenna.metadata" -}}
name: {{ .name | default (include "antenna.componentName" .) }}
namespace: {{ .namespace | default .root.Release.Namespace }}
{{ include "antenna.labelsAndAnnotations" . }}
{{- end -}}

{{- define "antenna.labelsAndAnnotations" -}}
labels:
  {{- include "antenna.labels" . | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "antenna.image" -}}
{{- $common := .root.Values.image -}}
{{- $image := .values.image -}}
{{- with $image.registry | default $common.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}
{{- else }}:{{ $image.tag | default $common.tag | default .root.Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "antenna.serviceAccountName" -}}
{{- $account := .values.serviceAccount -}}
{{- if $account.create -}}
{{- $account.name | default (include "antenna.componentName" .) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "antenna.throttleConfigUrl" -}}
http://{{ include "antenna.fullname" . }}-throttle-config:{{ .Values.throttleConfig.service.port }}
{{- end -}}

{{/* The name of the headless Service. */}}
{{- define "antenna.throttleConfigReplicas" -}}
{{ include "antenna.fullname" . }}-throttle-config-pods
{{- end -}}

{{- define "antenna.rulesNamespace" -}}
{{ .Values.throttleRules.namespace | default .Release.Namespace }}
{{- end -}}

