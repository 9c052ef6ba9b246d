{{/*
The number of pods: as the values say, or left to an autoscaler, which then owns it alone. Takes also kind and autoscaled.

One case needs care. Who switches autoscaling on for a running release makes Helm give up the field, and the API server would
set it to its default: one pod, until the autoscaler has noticed. So for as long as Helm owns it, the number that is live is
repeated; the first time that the autoscaler changes it, it takes it over, and the field is left out for good. Without
access to the cluster (`helm template`) it is left out; so it is with Helm 3, which could not leave it out later (ADR 16).
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
