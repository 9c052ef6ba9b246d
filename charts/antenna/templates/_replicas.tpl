{{/* Of the service alone: sidecars have other needs. Takes a dict: component, percent. */}}
{{- define "antenna.metric.cpu" -}}
- type: ContainerResource
  containerResource:
    name: cpu
    container: {{ .component }}
    target:
      type: Utilization
      averageUtilization: {{ .percent }}
{{- end -}}

{{/*
The number of pods: from the values, or omitted for an autoscaler, which then owns it. Also takes kind, autoscaled, and
optional, which says that the values do not insist on their number.

Switching autoscaling on for a running release makes Helm give up the field, and the API server would set its default, 1 pod,
until the autoscaler reacts. So while Helm owns the field, the live number is repeated. The autoscaler takes over the field
when it first changes it; from then on the field is omitted. It is also omitted without access to the cluster
(`helm template`), and with Helm 3, which could not omit it later (ADR 16).

A StatefulSet that was deleted to enlarge its volumes is created again with the number that its autoscaler last saw.

Without an autoscaler, an optional number gives way to one that an autoscaler or a person has left behind.
*/}}
{{- define "antenna.replicas" -}}
{{- if not (or .autoscaled .optional) -}}
replicas: {{ .values.replicas }}
{{- else -}}
{{- $live := lookup "apps/v1" .kind .root.Release.Namespace (include "antenna.componentName" .) -}}
{{- $owners := list -}}
{{- range ($live.metadata).managedFields -}}
{{- /* A change through `scale` is by an autoscaler or by hand. */ -}}
{{- if and (not (get . "subresource")) (hasKey (dig "f:spec" dict .fieldsV1) "f:replicas") }}{{ $owners = append $owners .operation }}{{ end -}}
{{- end -}}
{{- $left := and $live (not $owners) -}}
{{- if ternary (has "Apply" $owners) $left .autoscaled -}}
replicas: {{ $live.spec.replicas }}
{{- else if not .autoscaled -}}
replicas: {{ .values.replicas }}
{{- else if not $live -}}
{{- with lookup "autoscaling/v2" "HorizontalPodAutoscaler" .root.Release.Namespace (include "antenna.componentName" .) -}}
replicas: {{ max .spec.minReplicas (dig "status" "currentReplicas" 0 .) }}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
