{{- define "antenna.crashmover.settings" -}}
{{- $crashmover := dict "root" . "component" "crashmover" "section" "crashmover" "values" .Values.crashmover -}}
{{ include "antenna.settings.common" $crashmover }}
{{ include "antenna.settings.backend" . }}
{{ include "antenna.settings.crashes" . }}
PROCESSING_QUEUE: {{ .Values.queues.processing | quote }}
DEAD_LETTER_QUEUE: {{ .Values.queues.deadLetter | quote }}
PORT: '8002'
SHUTDOWN_GRACE: {{ include "antenna.worker.shutdownGrace" $crashmover }}s
{{ include "antenna.nodeOptions" $crashmover }}
{{- end -}}

{{- define "antenna.crashmover.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{ include "antenna.env.extra" . }}
{{- end -}}
