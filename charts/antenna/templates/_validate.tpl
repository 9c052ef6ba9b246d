{{/*
Values that contradict each other. Each message names the value, the limit and what to do. What a single value may be is
said by values.schema.json.
*/}}

{{- define "antenna.validate.names" -}}
{{- if not (contains "antenna" (include "antenna.fullname" .)) -}}
{{- fail (printf "the objects would be named %s-…: alerts find pods by the word antenna; set fullnameOverride to a name with it" (include "antenna.fullname" .)) -}}
{{- end -}}
{{- end -}}

{{/* Utilization is a share of the request: without one the autoscaler does nothing. */}}
{{- define "antenna.validate.cpuRequest" -}}
{{- if not (((.values.resources).requests).cpu) -}}
{{- fail (printf "%s.resources.requests.cpu is empty, and the autoscaler measures CPU in percent of it; set it, or choose no autoscaling by CPU" .section) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.range" -}}
{{- if gt (int .values.minReplicas) (int .values.maxReplicas) -}}
{{- fail (printf "%s.minReplicas=%d is more than %s.maxReplicas=%d; raise the one or lower the other" .section (int .values.minReplicas) .section (int .values.maxReplicas)) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.waysIn" -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled=true needs a gateway; set httpRoute.parentRefs, such as [{name: public, namespace: gateways}]" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled=true needs a host name; set ingress.hosts" -}}
{{- end -}}
{{- end -}}
