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

{{/*
Evictions must leave a pod, and must be possible: a budget that allows none blocks every drain of a node. Kubernetes rounds
percentages up: 80% of 3 pods is 3. Takes a dict: section, pods (the smallest number), values, serves (whether clients need
a pod).
*/}}
{{- define "antenna.validate.evictions" -}}
{{- $pods := .pods | int -}}
{{- $section := printf "%s.podDisruptionBudget" .section -}}
{{- with .values.podDisruptionBudget -}}
{{- if and .maxUnavailable .minAvailable -}}
{{- fail (printf "%s has both maxUnavailable=%v and minAvailable=%v, but Kubernetes allows one of them; remove one" $section .maxUnavailable .minAvailable) -}}
{{- end -}}
{{- if and .enabled .minAvailable -}}
{{- if ge (include "antenna.podsOf" (list .minAvailable $pods) | int) $pods -}}
{{- fail (printf "%s.minAvailable=%v allows no eviction of %d pods of %s, which blocks every drain of a node; lower it" $section .minAvailable $pods $.section) -}}
{{- end -}}
{{- else if and .enabled .maxUnavailable $.serves (gt $pods 1) -}}
{{- if ge (include "antenna.podsOf" (list .maxUnavailable $pods) | int) $pods -}}
{{- fail (printf "%s.maxUnavailable=%v allows the eviction of all %d pods of %s at once, which makes it unavailable; lower it" $section .maxUnavailable $pods $.section) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A number or percentage of pods as a number. Takes a list: value, pods. */}}
{{- define "antenna.podsOf" -}}
{{- $value := index . 0 | toString -}}
{{- $number := trimSuffix "%" $value | int -}}
{{- if hasSuffix "%" $value }}{{ $number = divf (mul $number (index . 1)) 100 | ceil | int }}{{ end -}}
{{- $number -}}
{{- end -}}

{{/* The kubelet needs unique names. Takes a dict: section, component, values. */}}
{{- define "antenna.validate.containers" -}}
{{- $names := list .component -}}
{{- range concat (.values.initContainers | default list) (.values.sidecars | default list) -}}
{{- if has .name $names -}}
{{- fail (printf "%s.initContainers and %s.sidecars need names of their own, but %s is used twice; rename one container" $.section $.section .name) -}}
{{- end -}}
{{- $names = append $names .name -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.crashIndex" -}}
{{- if and .Values.crashIndex.existingSecret .Values.crashIndex.awsRegion -}}
{{- fail "crashIndex has both existingSecret and awsRegion, but a request has either a user or a signature; remove one" -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.monitors" -}}
{{- if and .Values.monitoring.podMonitor.enabled .Values.monitoring.serviceMonitor.enabled -}}
{{- fail "monitoring.podMonitor and monitoring.serviceMonitor are both enabled, so every pod would be scraped and counted twice; disable one of them" -}}
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
