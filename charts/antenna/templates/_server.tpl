{{/* Components whose Service has clients in the cluster: throttle-config and Crash Stats. Takes the dict of the component. */}}

{{- define "antenna.server.shutdownGrace" -}}
{{- include "antenna.seconds" (dict "value" .values.shutdownGrace "name" (printf "%s.shutdownGrace" .section)) -}}
{{- end -}}

{{- define "antenna.server.terminationGrace" -}}
{{- .values.terminationGracePeriodSeconds | default (add .values.preStopSleepSeconds (include "antenna.server.shutdownGrace" . | int64) 10) -}}
{{- end -}}

{{- define "antenna.validate.server" -}}
{{- with .values.terminationGracePeriodSeconds -}}
{{- $minimum := add $.values.preStopSleepSeconds (include "antenna.server.shutdownGrace" $ | int64) 5 -}}
{{- if lt (int64 .) $minimum -}}
{{- fail (printf "%s.terminationGracePeriodSeconds is %d; the minimum is %d (preStopSleepSeconds + shutdownGrace + 5 s); leave it empty, or lower one of the others" $.section (int64 .) $minimum) -}}
{{- end -}}
{{- end -}}
{{- include "antenna.validate.containers" . -}}
{{- include "antenna.validate.evictions" (merge (dict "pods" .values.replicas "serves" false) .) -}}
{{- end -}}
