{{/* Common parts of all components' pods. */}}

{{/* Without the chart's version: a new chart alone must not replace pods. */}}
{{- define "antenna.podMetadata" -}}
labels:
  {{- include "antenna.selectorLabels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/part-of: antenna
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  kubectl.kubernetes.io/default-container: {{ .component }}
  checksum/config: {{ .settings | sha256sum }}
  # These volumes hold nothing to keep: they must not block the removal of a node.
  cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes: {{ has .component (list "throttle-config" "processor") | ternary "tmp,cache" "tmp" }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/*
What all pods share. Sidecars are containers that start before the service and stop after it: the service can use them
until its last report is shipped, and a Job ends without waiting for them.
*/}}
{{- define "antenna.podSpec" -}}
serviceAccountName: {{ include "antenna.serviceAccountName" . }}
enableServiceLinks: false
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- $labels := include "antenna.selectorLabels" $ | fromYaml }}
  {{- range . }}
  - {{ hasKey . "labelSelector" | ternary . (merge (dict "labelSelector" (dict "matchLabels" $labels)) .) | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- if or .values.initContainers .values.sidecars }}
initContainers:
  {{- with .values.initContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- range .values.sidecars }}
  - {{ merge (dict "restartPolicy" "Always") . | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "antenna.container" -}}
name: {{ .component }}
image: {{ include "antenna.image" . | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  {{- toYaml .root.Values.containerSecurityContext | nindent 2 }}
# A process that fails or leaves work undone says why in its last lines.
terminationMessagePolicy: FallbackToLogsOnError
resources:
  {{- toYaml .values.resources | nindent 2 }}
{{- end -}}

{{/*
The user's sources of variables come first, because a later source takes precedence: they cannot replace a setting of the
chart. Also takes settings of another component, and env, as YAML.
*/}}
{{- define "antenna.environment" -}}
envFrom:
  {{- with .values.extraEnvFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  - configMapRef:
      name: {{ include "antenna.componentName" (dict "root" .root "component" (.settingsOf | default .component)) }}
{{- with .env }}
env:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Probes must not use `/__heartbeat__`, which would make ingest unavailable while S3 is down. Null leaves one out. */}}
{{- define "antenna.probes" -}}
{{- with .values.startupProbe }}
startupProbe:
  httpGet: { path: /health/startup, port: http }
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.livenessProbe }}
livenessProbe:
  httpGet: { path: /health/live, port: http }
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.readinessProbe }}
readinessProbe:
  httpGet: { path: /health/ready, port: http }
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Half of the memory limit is for the heap: buffers of uploads and envelopes are outside it. */}}
{{- define "antenna.nodeOptions" -}}
{{- with ((.values.resources).limits).memory -}}
NODE_OPTIONS: --max-old-space-size={{ div (include "antenna.bytes" (dict "value" . "name" (printf "%s.resources.limits.memory" $.section)) | int64) 2097152 }}
{{- end -}}
{{- end -}}

{{- define "antenna.podDisruptionBudget" -}}
{{- if .values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  {{- include "antenna.metadata" . | nindent 2 }}
spec:
  {{- with .values.podDisruptionBudget.minAvailable }}
  minAvailable: {{ . }}
  {{- else }}
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable | default 1 }}
  {{- end }}
  {{- with .unhealthyPodEvictionPolicy }}
  unhealthyPodEvictionPolicy: {{ . }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "antenna.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{- define "antenna.serviceAccount" -}}
{{- if .values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  {{- include "antenna.metadata" (dict "root" .root "component" .component "name" (include "antenna.serviceAccountName" .) "annotations" .values.serviceAccount.annotations) | nindent 2 }}
# Pods that need a token mount it explicitly.
automountServiceAccountToken: false
{{- end -}}
{{- end -}}
