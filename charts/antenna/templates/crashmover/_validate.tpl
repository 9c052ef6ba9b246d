{{- define "antenna.validate.crashmover" -}}
{{- include "antenna.validate.worker" (dict "root" . "component" "crashmover" "section" "crashmover" "values" .Values.crashmover "queue" "intake") -}}
{{- end -}}
