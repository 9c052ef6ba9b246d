{{- define "antenna.validate.ingest" -}}
{{- include "antenna.validate.ingest.grace" . -}}
{{- include "antenna.validate.ingest.spool" . -}}
{{- include "antenna.validate.ingest.memory" . -}}
{{- include "antenna.validate.ingest.evictions" . -}}
{{- with .Values.ingest.autoscaling -}}
{{- if .enabled -}}
{{- include "antenna.validate.range" (dict "section" "ingest.autoscaling" "values" .) -}}
{{- include "antenna.validate.cpuRequest" (dict "section" "ingest" "values" $.Values.ingest) -}}
{{- if and (eq $.Values.ingest.spool.persistence.whenScaled "Delete") (not .holdWhileSpooled.enabled) -}}
{{- fail "ingest.spool.persistence.whenScaled=Delete lets the autoscaler delete reports that wait in a spool; set it to Retain, or ingest.autoscaling.holdWhileSpooled.enabled=true" -}}
{{- end -}}
{{- else if .holdWhileSpooled.enabled -}}
{{- fail "ingest.autoscaling.holdWhileSpooled.enabled holds pods of an autoscaler, but there is none; set ingest.autoscaling.enabled=true, too" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest.grace" -}}
{{- $least := include "antenna.ingest.leastTerminationGrace" . | int64 -}}
{{- with .Values.ingest -}}
{{- if .terminationGracePeriodSeconds -}}
{{- if lt (int64 .terminationGracePeriodSeconds) $least -}}
{{- fail (printf "ingest.terminationGracePeriodSeconds=%d is less than %d: preStopSleepSeconds %d + uploadTimeout %s + drainTimeout %s + 20 s; leave it empty, or lower ingest.uploadTimeout" (int64 .terminationGracePeriodSeconds) $least (int64 .preStopSleepSeconds) .uploadTimeout .drainTimeout) -}}
{{- end -}}
{{- end -}}
{{- if gt (include "antenna.ingest.shutdownGrace" $ | int) 3600 -}}
{{- fail (printf "ingest.uploadTimeout %s + ingest.drainTimeout %s + 15 s is more than an hour, the longest SHUTDOWN_GRACE; lower one of them" .uploadTimeout .drainTimeout) -}}
{{- end -}}
{{- $idle := .settings.IDLE_TIMEOUT | default "1m" -}}
{{- if gt (include "antenna.seconds" (dict "value" $idle "name" "ingest.settings.IDLE_TIMEOUT") | int) (include "antenna.seconds" (dict "value" .uploadTimeout "name" "ingest.uploadTimeout") | int) -}}
{{- fail (printf "ingest.uploadTimeout=%s is shorter than IDLE_TIMEOUT, which is %s; set ingest.settings.IDLE_TIMEOUT to no more than it" .uploadTimeout $idle) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest.spool" -}}
{{- $volume := include "antenna.ingest.volumeBytes" . | int64 -}}
{{- $capacity := include "antenna.ingest.spoolCapacity" . | int64 -}}
{{- with .Values.ingest.spool -}}
{{- $name := ternary "ingest.spool.persistence.size" "ingest.spool.emptyDirSizeLimit" .persistence.enabled -}}
{{- $size := ternary .persistence.size .emptyDirSizeLimit .persistence.enabled -}}
{{- $minFree := include "antenna.bytes" (dict "value" .minFree "name" "ingest.spool.minFree") | int64 -}}
{{- if gt (add $capacity $minFree) $volume -}}
{{- fail (printf "ingest.spool.capacity=%s and ingest.spool.minFree=%s do not fit into %s=%s; enlarge the volume, or leave the capacity empty" (.capacity | toString) .minFree $name $size) -}}
{{- end -}}
{{- if lt $capacity 268435456 -}}
{{- fail (printf "%s=%s leaves %s for reports beside ingest.spool.minFree=%s, less than 256 MiB; enlarge it" $name $size (include "antenna.mebibytes" $capacity) .minFree) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Kubernetes rounds a percentage up: 80% of three pods are all of them. One pod alone must be allowed to go. */}}
{{- define "antenna.validate.ingest.evictions" -}}
{{- with .Values.ingest -}}
{{- $pods := ternary .autoscaling.minReplicas .replicas .autoscaling.enabled | int -}}
{{- $away := .podDisruptionBudget.maxUnavailable | toString -}}
{{- $most := trimSuffix "%" $away | int -}}
{{- if hasSuffix "%" $away }}{{ $most = divf (mul $most $pods) 100 | ceil | int }}{{ end -}}
{{- if and .podDisruptionBudget.enabled (gt $pods 1) (ge $most $pods) -}}
{{- fail (printf "ingest.podDisruptionBudget.maxUnavailable=%s lets all %d pods of ingest be evicted at once, and clients find none; lower it" $away $pods) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What uploads may hold, by docs/operations.md, must fit beside the process; else the kernel kills it under load. */}}
{{- define "antenna.validate.ingest.memory" -}}
{{- $settings := .Values.ingest.settings -}}
{{- with ((.Values.ingest.resources).limits).memory -}}
{{- $limit := include "antenna.bytes" (dict "value" . "name" "ingest.resources.limits.memory") | int64 -}}
{{- $uploads := $settings.MAX_UPLOADS | default 64 | int64 -}}
{{- $each := include "antenna.bytes" (dict "value" ($settings.SPOOL_MEMORY_PER_UPLOAD | default "640KiB") "name" "ingest.settings.SPOOL_MEMORY_PER_UPLOAD") | int64 -}}
{{- $annotations := include "antenna.bytes" (dict "value" ($settings.ANNOTATION_MEMORY | default "96MiB") "name" "ingest.settings.ANNOTATION_MEMORY") | int64 -}}
{{- $needed := add (mul $uploads $each) $annotations 157286400 -}}
{{- if gt $needed $limit -}}
{{- fail (printf "ingest.resources.limits.memory=%s is less than %s: MAX_UPLOADS %d × SPOOL_MEMORY_PER_UPLOAD + ANNOTATION_MEMORY + 150 MiB; raise the limit, or lower them in ingest.settings" . (include "antenna.mebibytes" $needed) $uploads) -}}
{{- end -}}
{{- end -}}
{{- end -}}
