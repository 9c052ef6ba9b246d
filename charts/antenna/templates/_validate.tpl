{{/*
Values that contradict each other. Each message names the value, the limit and the fix. values.schema.json limits single
values.
*/}}

{{- define "antenna.validate.names" -}}
{{- if not (contains "antenna" (include "antenna.fullname" .)) -}}
{{- fail (printf "the object names %s-… do not contain antenna, by which alerts select pods; set fullnameOverride to a name that contains it" (include "antenna.fullname" .)) -}}
{{- end -}}
{{- end -}}

{{/* Utilization is a share of the request: without a request, the autoscaler does nothing. */}}
{{- define "antenna.validate.cpuRequest" -}}
{{- if not (((.values.resources).requests).cpu) -}}
{{- fail (printf "%s.resources.requests.cpu is empty, but the autoscaler measures CPU in percent of it; set it, or turn off autoscaling by CPU" .section) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.range" -}}
{{- if gt (int .values.minReplicas) (int .values.maxReplicas) -}}
{{- fail (printf "%s.minReplicas=%d exceeds %s.maxReplicas=%d; lower minReplicas or raise maxReplicas" .section (int .values.minReplicas) .section (int .values.maxReplicas)) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.publicAccess" -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.enabled=true needs a gateway; set httpRoute.parentRefs, such as [{name: public, namespace: gateways}]" -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled=true needs a host name; set ingress.hosts" -}}
{{- end -}}
{{- end -}}
