{{- define "antenna.validate.ingest" -}}
{{- include "antenna.validate.ingest.grace" . -}}
{{- include "antenna.validate.ingest.spool" . -}}
{{- include "antenna.validate.ingest.service" . -}}
{{- include "antenna.validate.ingest.autoscaling" . -}}
{{- with .Values.ingest -}}
{{- include "antenna.validate.containers" (dict "section" "ingest" "component" "ingest" "values" .) -}}
{{- $pods := ternary .autoscaling.minReplicas .replicas .autoscaling.enabled -}}
{{- include "antenna.validate.evictions" (dict "section" "ingest" "pods" $pods "serves" true "values" .) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest.autoscaling" -}}
{{- with .Values.ingest.autoscaling -}}
{{- if .enabled -}}
{{- include "antenna.validate.range" (dict "section" "ingest.autoscaling" "values" .) -}}
{{- if .targetCPUUtilizationPercentage -}}
{{- include "antenna.validate.cpuRequest" (dict "section" "ingest" "values" $.Values.ingest) -}}
{{- else if not .metrics -}}
{{- fail "ingest.autoscaling.enabled=true has no metric that adds pods; set ingest.autoscaling.targetCPUUtilizationPercentage or metrics" -}}
{{- end -}}
{{- else if .holdWhileSpooled.enabled -}}
{{- fail "ingest.autoscaling.holdWhileSpooled.enabled=true needs an autoscaler; also set ingest.autoscaling.enabled=true" -}}
{{- else if or .metrics .behavior -}}
{{- fail "ingest.autoscaling.metrics and behavior need an autoscaler; also set ingest.autoscaling.enabled=true" -}}
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

{{- define "antenna.validate.ingest.service" -}}
{{- with .Values.ingest.service -}}
{{- if and (ne .type "LoadBalancer") (or .loadBalancerClass .loadBalancerSourceRanges) -}}
{{- fail (printf "ingest.service.loadBalancerClass and loadBalancerSourceRanges need ingest.service.type=LoadBalancer, but it is %s; change the type, or remove them" .type) -}}
{{- end -}}
{{- end -}}
{{- with .Values.ingest.updateStrategy -}}
{{- if and (eq .type "OnDelete") .partition -}}
{{- fail (printf "ingest.updateStrategy.partition=%d has no effect with type OnDelete; set type to RollingUpdate, or partition to 0" (int .partition)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
