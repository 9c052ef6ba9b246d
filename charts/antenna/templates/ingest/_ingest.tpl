{{/*
Time for ingest to shut down: uploads in flight (up to uploadTimeout), a second for idle connections, shipping for
drainTimeout, and the calls to S3 and SQS that are in flight then.
*/}}
{{- define "antenna.ingest.shutdownGrace" -}}
{{- $upload := include "antenna.seconds" (dict "value" .Values.ingest.uploadTimeout "name" "ingest.uploadTimeout") | int64 -}}
{{- $drain := include "antenna.seconds" (dict "value" .Values.ingest.drainTimeout "name" "ingest.drainTimeout") | int64 -}}
{{- add $upload $drain 15 -}}
{{- end -}}

{{/* The pod's grace period includes preStop and 5 s, so that the process exits by itself and logs the reason. */}}
{{- define "antenna.ingest.minTerminationGrace" -}}
{{- add .Values.ingest.preStopSleepSeconds (include "antenna.ingest.shutdownGrace" . | int64) 5 -}}
{{- end -}}

{{- define "antenna.ingest.terminationGrace" -}}
{{- .Values.ingest.terminationGracePeriodSeconds | default (include "antenna.ingest.minTerminationGrace" .) -}}
{{- end -}}

{{/* Bytes of the volume or emptyDir. */}}
{{- define "antenna.ingest.volumeBytes" -}}
{{- with .Values.ingest.spool -}}
{{- if .persistence.enabled -}}
{{- include "antenna.bytes" (dict "value" .persistence.size "name" "ingest.spool.persistence.size") -}}
{{- else -}}
{{- include "antenna.bytes" (dict "value" .emptyDirSizeLimit "name" "ingest.spool.emptyDirSizeLimit") -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The file system reserves a few percent; the cached rules and the lock are small. */}}
{{- define "antenna.ingest.spoolCapacity" -}}
{{- $volume := include "antenna.ingest.volumeBytes" . | int64 -}}
{{- with .Values.ingest.spool -}}
{{- $minFree := include "antenna.bytes" (dict "value" .minFree "name" "ingest.spool.minFree") | int64 -}}
{{- if .capacity -}}
{{- include "antenna.bytes" (dict "value" .capacity "name" "ingest.spool.capacity") -}}
{{- else -}}
{{- sub (div (mul $volume 9) 10) $minFree -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.ingest.startupGate" -}}
{{- $mode := .Values.ingest.startupGate.mode -}}
{{- if eq $mode "auto" }}{{ $mode = ternary "backends" "none" .Values.ingest.spool.persistence.enabled }}{{ end -}}
{{- ternary "off" $mode (eq $mode "none") -}}
{{- end -}}

{{/* Down one at a time: each pod ships its spool before it exits. */}}
{{- define "antenna.ingest.scaling" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 30 }
    - { type: Pods, value: 2, periodSeconds: 30 }
  selectPolicy: Max
scaleDown:
  stabilizationWindowSeconds: {{ .scaleDownStabilizationSeconds }}
  policies:
    - { type: Pods, value: 1, periodSeconds: 60 }
{{- end -}}

{{- define "antenna.ingest.settings" -}}
{{- $ingest := dict "root" . "component" "ingest" "section" "ingest" "values" .Values.ingest -}}
{{ include "antenna.settings.common" $ingest }}
{{ include "antenna.settings.backend" . }}
PORT: '8000'
SPOOL_DIR: /var/spool/antenna
SPOOL_CAPACITY: {{ include "antenna.ingest.spoolCapacity" . }}B
SPOOL_MIN_FREE: {{ include "antenna.bytes" (dict "value" .Values.ingest.spool.minFree "name" "ingest.spool.minFree") }}B
STARTUP_GATE: {{ include "antenna.ingest.startupGate" . | quote }}
STARTUP_GATE_TIMEOUT: {{ .Values.ingest.startupGate.timeout }}
UPLOAD_TIMEOUT: {{ .Values.ingest.uploadTimeout }}
DRAIN_TIMEOUT: {{ .Values.ingest.drainTimeout }}
SHUTDOWN_GRACE: {{ include "antenna.ingest.shutdownGrace" . }}s
{{- if .Values.throttleConfig.enabled }}
THROTTLE_CONFIG_URL: {{ include "antenna.throttleConfigUrl" . }}
THROTTLE_CONFIG_REPLICAS: http://{{ include "antenna.throttleConfigReplicas" . }}:8001
{{- end }}
{{ include "antenna.nodeOptions" $ingest }}
{{- end -}}

{{- define "antenna.ingest.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{- with .values.submitterToken }}
{{- if .existingSecret }}
{{ include "antenna.env.secret" (list "SUBMITTER_TOKEN" .existingSecret .key) }}
{{- end }}
{{- end }}
{{ include "antenna.env.extra" . }}
{{- end -}}
