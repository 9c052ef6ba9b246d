{{- define "antenna.validate.ingest" -}}
{{- include "antenna.validate.ingest.grace" . -}}
{{- include "antenna.validate.ingest.spool" . -}}
{{- include "antenna.validate.ingest.evictions" . -}}
{{- with .Values.ingest.autoscaling -}}
{{- if .enabled -}}
{{- include "antenna.validate.range" (dict "section" "ingest.autoscaling" "values" .) -}}
{{- include "antenna.validate.cpuRequest" (dict "section" "ingest" "values" $.Values.ingest) -}}
{{- else if .holdWhileSpooled.enabled -}}
{{- fail "ingest.autoscaling.holdWhileSpooled.enabled=true needs an autoscaler; also set ingest.autoscaling.enabled=true" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest.grace" -}}
{{- $minimum := include "antenna.ingest.minTerminationGrace" . | int64 -}}
{{- with .Values.ingest -}}
{{- if .terminationGracePeriodSeconds -}}
{{- if lt (int64 .terminationGracePeriodSeconds) $minimum -}}
{{- fail (printf "ingest.terminationGracePeriodSeconds is %d; the minimum is %d (preStopSleepSeconds %d + uploadTimeout %s + drainTimeout %s + 20 s); leave it empty, or lower ingest.uploadTimeout" (int64 .terminationGracePeriodSeconds) $minimum (int64 .preStopSleepSeconds) .uploadTimeout .drainTimeout) -}}
{{- end -}}
{{- end -}}
{{- if gt (include "antenna.ingest.shutdownGrace" $ | int) 3600 -}}
{{- fail (printf "ingest.uploadTimeout %s + ingest.drainTimeout %s + 15 s exceed 1 h, the limit of SHUTDOWN_GRACE; lower one of them" .uploadTimeout .drainTimeout) -}}
{{- end -}}
{{- $idle := include "antenna.setting" (list $ "ingest" "IDLE_TIMEOUT") -}}
{{- if gt (include "antenna.seconds" (dict "value" $idle "name" "ingest.settings.IDLE_TIMEOUT") | int) (include "antenna.seconds" (dict "value" .uploadTimeout "name" "ingest.uploadTimeout") | int) -}}
{{- fail (printf "ingest.uploadTimeout=%s is shorter than IDLE_TIMEOUT=%s; set ingest.settings.IDLE_TIMEOUT to ingest.uploadTimeout or less" .uploadTimeout $idle) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest.spool" -}}
{{- $volume := include "antenna.ingest.volumeBytes" . | int64 -}}
{{- $capacity := include "antenna.ingest.spoolCapacity" . | int64 -}}
{{- with .Values.ingest.spool -}}
{{- if eq .persistence.whenScaled "Delete" -}}
{{- fail "ingest.spool.persistence.whenScaled=Delete would delete acknowledged reports that are not shipped yet; set it to Retain, and delete volumes that are drained by hand" -}}
{{- end -}}
{{- $name := ternary "ingest.spool.persistence.size" "ingest.spool.emptyDirSizeLimit" .persistence.enabled -}}
{{- $size := ternary .persistence.size .emptyDirSizeLimit .persistence.enabled -}}
{{- $minFree := include "antenna.bytes" (dict "value" .minFree "name" "ingest.spool.minFree") | int64 -}}
{{- if gt (add $capacity $minFree) $volume -}}
{{- fail (printf "ingest.spool.capacity=%s and ingest.spool.minFree=%s do not fit into %s=%s; enlarge the volume, or leave ingest.spool.capacity empty" (.capacity | toString) .minFree $name $size) -}}
{{- end -}}
{{- if lt $capacity 268435456 -}}
{{- fail (printf "%s=%s leaves %s for reports after ingest.spool.minFree=%s; the minimum is 256 MiB; enlarge the volume" $name $size (include "antenna.mebibytes" $capacity) .minFree) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes rounds percentages up: 80% of 3 pods is 3. The only pod must be evictable. */}}
{{- define "antenna.validate.ingest.evictions" -}}
{{- with .Values.ingest -}}
{{- $pods := ternary .autoscaling.minReplicas .replicas .autoscaling.enabled | int -}}
{{- $away := .podDisruptionBudget.maxUnavailable | toString -}}
{{- $most := trimSuffix "%" $away | int -}}
{{- if hasSuffix "%" $away }}{{ $most = divf (mul $most $pods) 100 | ceil | int }}{{ end -}}
{{- if and .podDisruptionBudget.enabled (gt $pods 1) (ge $most $pods) -}}
{{- fail (printf "ingest.podDisruptionBudget.maxUnavailable=%s allows the eviction of all %d pods of ingest at once, which makes it unavailable; lower it" $away $pods) -}}
{{- end -}}
{{- end -}}
{{- end -}}
