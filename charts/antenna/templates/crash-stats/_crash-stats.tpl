{{- define "antenna.crashStats.settings" -}}
{{- $crashStats := dict "root" . "component" "crash-stats" "section" "crashStats" "values" .Values.crashStats -}}
{{- $processor := dict "root" . "values" .Values.processor "queue" "processing" -}}
{{ include "antenna.settings.common" $crashStats }}
{{ include "antenna.settings.aws" . }}
{{ include "antenna.settings.crashes" . }}
{{ include "antenna.settings.crashIndex" . }}
PROCESSING_QUEUE: {{ include "antenna.worker.queue" $processor | quote }}
PORT: '8004'
SHUTDOWN_GRACE: {{ include "antenna.server.shutdownGrace" $crashStats }}s
AUTH: proxy
{{- with .Values.crashStats.auth }}
AUTH_USER_HEADER: {{ .userHeader | quote }}
AUTH_GROUPS_HEADER: {{ .groupsHeader | quote }}
AUTH_PROXY_NETWORKS: {{ join "," .networks | quote }}
VIEWER_GROUPS: {{ join "," .viewerGroups | quote }}
PROTECTED_GROUPS: {{ join "," .protectedGroups | quote }}
OPERATOR_GROUPS: {{ join "," .operatorGroups | quote }}
{{- end }}
{{ include "antenna.nodeOptions" $crashStats }}
{{- end -}}

{{- define "antenna.crashStats.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{ include "antenna.env.crashIndex" . }}
{{- with .values.auth.proxySecret }}
{{ include "antenna.env.secret" (list "AUTH_PROXY_SECRET" .existingSecret .key) }}
{{- end }}
{{ include "antenna.env.extra" . }}
{{- end -}}
