{{/*
The number of pods: from the values, or omitted for an autoscaler, which then owns it. Also takes kind and autoscaled.

Switching autoscaling on for a running release makes Helm give up the field, and the API server would set its default, 1 pod,
until the autoscaler reacts. So while Helm owns the field, the live number is repeated. The autoscaler takes over the field
when it first changes it; from then on the field is omitted. It is also omitted without access to the cluster
(`helm template`), and with Helm 3, which could not omit it later (ADR 16).
*/}}
{{- define "antenna.replicas" -}}
{{- if not .autoscaled -}}
replicas: {{ .values.replicas }}
{{- else -}}
{{- $live := lookup "apps/v1" .kind .root.Release.Namespace (include "antenna.componentName" .) -}}
{{- $owned := false -}}
{{- range ($live.metadata).managedFields -}}
{{- if and (eq .manager "helm") (eq .operation "Apply") (hasKey (dig "f:spec" dict .fieldsV1) "f:replicas") }}{{ $owned = true }}{{ end -}}
{{- end -}}
{{- if $owned -}}
replicas: {{ $live.spec.replicas }}
{{- end -}}
{{- end -}}
{{- end -}}
