{{/* Time for crashmover to finish its messages; the queue delivers the others again. */}}
{{- define "antenna.crashmover.shutdownGrace" -}}
{{- include "antenna.seconds" (dict "value" .Values.crashmover.shutdownGrace "name" "crashmover.shutdownGrace") -}}
{{- end -}}

{{- define "antenna.crashmover.terminationGrace" -}}
{{- .Values.crashmover.terminationGracePeriodSeconds | default (add (include "antenna.crashmover.shutdownGrace" . | int64) 10) -}}
{{- end -}}

{{- define "antenna.crashmover.settings" -}}
{{- $crashmover := dict "root" . "component" "crashmover" "section" "crashmover" "values" .Values.crashmover -}}
{{ include "antenna.settings.common" $crashmover }}
{{ include "antenna.settings.backend" . }}
CRASH_BUCKET: {{ .Values.buckets.crashes.name | quote }}
{{- with .Values.buckets.crashes.prefix }}
CRASH_PREFIX: {{ . | quote }}
{{- end }}
PROCESSING_QUEUE: {{ .Values.queues.processing | quote }}
DEAD_LETTER_QUEUE: {{ .Values.queues.deadLetter | quote }}
PORT: '8002'
SHUTDOWN_GRACE: {{ include "antenna.crashmover.shutdownGrace" . }}s
{{ include "antenna.nodeOptions" $crashmover }}
{{- end -}}

{{- define "antenna.crashmover.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{ include "antenna.env.extra" . }}
{{- end -}}
