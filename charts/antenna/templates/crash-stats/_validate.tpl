{{- define "antenna.validate.crashStats" -}}
{{- with .Values.crashStats -}}
{{- if .enabled -}}
{{- include "antenna.validate.server" (dict "section" "crashStats" "component" "crash-stats" "values" .) -}}
{{- if not $.Values.crashIndex.url -}}
{{- fail "crashStats.enabled=true needs OpenSearch, because pods cannot share the file of an SQLite index; set crashIndex.url" -}}
{{- end -}}
{{- if not .auth.proxySecret.existingSecret -}}
{{- fail "crashStats.enabled=true needs a secret that it shares with the proxy that logs users in; set crashStats.auth.proxySecret.existingSecret" -}}
{{- end -}}
{{- if not .auth.networks -}}
{{- fail "crashStats.enabled=true needs the addresses of the proxy that logs users in; set crashStats.auth.networks, such as [10.0.0.0/16]" -}}
{{- end -}}
{{- if has $.Values.logging.level (list "warn" "error") -}}
{{- fail (printf "logging.level=%s would omit who looked at protected data in Crash Stats; set it to info" $.Values.logging.level) -}}
{{- end -}}
{{- if not (concat .auth.viewerGroups .auth.protectedGroups .auth.operatorGroups) -}}
{{- fail "crashStats.enabled=true shows nobody anything without a group; set crashStats.auth.viewerGroups, protectedGroups or operatorGroups" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
