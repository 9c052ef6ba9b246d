{{/*
Values that contradict each other. Each message names the value, the limit and what to do. What a single value may be is
said by values.schema.json.
*/}}

{{- define "antenna.validate.names" -}}
{{- if not (contains "antenna" (include "antenna.fullname" .)) -}}
{{- fail (printf "the objects would be named %s-…: alerts find pods by the word antenna; set fullnameOverride to a name with it" (include "antenna.fullname" .)) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.ingest" -}}
{{- include "antenna.validate.ingest.grace" . -}}
{{- include "antenna.validate.ingest.spool" . -}}
{{- include "antenna.validate.ingest.memory" . -}}
{{- with .Values.ingest.autoscaling -}}
{{- if .enabled -}}
{{- include "antenna.validate.range" (dict "section" "ingest.autoscaling" "values" .) -}}
{{- if and (eq $.Values.ingest.spool.persistence.whenScaled "Delete") (not .holdWhileSpooled.enabled) -}}
{{- fail "ingest.spool.persistence.whenScaled=Delete lets the autoscaler delete reports that wait in a spool; set it to Retain, or ingest.autoscaling.holdWhileSpooled.enabled=true" -}}
{{- end -}}
{{- else if .holdWhileSpooled.enabled -}}
{{- fail "ingest.autoscaling.holdWhileSpooled.enabled holds pods of an autoscaler, but there is none; set ingest.autoscaling.enabled=true, too" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.range" -}}
{{- if gt (int .values.minReplicas) (int .values.maxReplicas) -}}
{{- fail (printf "%s.minReplicas=%d is more than %s.maxReplicas=%d; raise the one or lower the other" .section (int .values.minReplicas) .section (int .values.maxReplicas)) -}}
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

{{/* What uploads may hold, by docs/operations.md, must fit beside the process; else the kernel kills it under load. */}}
{{- define "antenna.validate.ingest.memory" -}}
{{- $settings := .Values.ingest.settings -}}
{{- with ((.Values.ingest.resources).limits).memory -}}
{{- $limit := include "antenna.bytes" (dict "value" . "name" "ingest.resources.limits.memory") | int64 -}}
{{- $uploads := $settings.MAX_UPLOADS | default 64 | int64 -}}
{{- $each := include "antenna.bytes" (dict "value" ($settings.SPOOL_MEMORY_PER_UPLOAD | default "1MiB") "name" "ingest.settings.SPOOL_MEMORY_PER_UPLOAD") | int64 -}}
{{- $annotations := include "antenna.bytes" (dict "value" ($settings.ANNOTATION_MEMORY | default "96MiB") "name" "ingest.settings.ANNOTATION_MEMORY") | int64 -}}
{{- $needed := add (mul $uploads $each) $annotations 157286400 -}}
{{- if gt $needed $limit -}}
{{- fail (printf "ingest.resources.limits.memory=%s is less than %s: MAX_UPLOADS %d × SPOOL_MEMORY_PER_UPLOAD + ANNOTATION_MEMORY + 150 MiB; raise the limit, or lower them in ingest.settings" . (include "antenna.mebibytes" $needed) $uploads) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.crashmover" -}}
{{- with .Values.crashmover -}}
{{- with .terminationGracePeriodSeconds -}}
{{- $least := add (include "antenna.crashmover.shutdownGrace" $ | int64) 5 -}}
{{- if lt (int64 .) $least -}}
{{- fail (printf "crashmover.terminationGracePeriodSeconds=%d is less than %d: shutdownGrace %s + 5 s; leave it empty, or lower crashmover.shutdownGrace" (int64 .) $least $.Values.crashmover.shutdownGrace) -}}
{{- end -}}
{{- end -}}
{{- $settings := .settings -}}
{{- with ((.resources).limits).memory -}}
{{- $limit := include "antenna.bytes" (dict "value" . "name" "crashmover.resources.limits.memory") | int64 -}}
{{- $needed := add (include "antenna.bytes" (dict "value" ($settings.ENVELOPE_MEMORY | default "256MiB") "name" "crashmover.settings.ENVELOPE_MEMORY") | int64) 157286400 -}}
{{- if gt $needed $limit -}}
{{- fail (printf "crashmover.resources.limits.memory=%s is less than %s: ENVELOPE_MEMORY + 150 MiB; raise the limit, or lower crashmover.settings.ENVELOPE_MEMORY" . (include "antenna.mebibytes" $needed)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "antenna.validate.crashmover.autoscaling" . -}}
{{- end -}}

{{- define "antenna.validate.crashmover.autoscaling" -}}
{{- with .Values.crashmover.autoscaling -}}
{{- if ne .mode "none" -}}
{{- include "antenna.validate.range" (dict "section" "crashmover.autoscaling" "values" .) -}}
{{- if and (eq (int .minReplicas) 0) (ne .mode "keda") -}}
{{- fail (printf "crashmover.autoscaling.minReplicas=0 needs mode keda: in the mode %s nothing would start a pod again; set it to 1 or more" .mode) -}}
{{- end -}}
{{- end -}}
{{- if eq .mode "keda" -}}
{{- if not (contains "://" (include "antenna.crashmover.kedaQueueUrl" $)) -}}
{{- fail (printf "crashmover.autoscaling.mode=keda needs the URL of the intake queue, and queues.intake=%s is a name; set crashmover.autoscaling.keda.queueURL" $.Values.queues.intake) -}}
{{- end -}}
{{- $authentication := .keda.authentication -}}
{{- if and (eq $authentication.identityOwner "secret") (not ($.Values.crashmover.awsCredentials.existingSecret | default $.Values.aws.credentials.existingSecret)) -}}
{{- fail "crashmover.autoscaling.keda.authentication.identityOwner=secret needs access keys; set crashmover.awsCredentials.existingSecret or aws.credentials.existingSecret" -}}
{{- end -}}
{{- if and $authentication.roleArn (ne $authentication.identityOwner "workload") -}}
{{- fail (printf "crashmover.autoscaling.keda.authentication.roleArn is only used with identityOwner=workload, which is %s; leave one of them out" $authentication.identityOwner) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.throttleConfig" -}}
{{- with .Values.throttleConfig -}}
{{- with .terminationGracePeriodSeconds -}}
{{- $least := add $.Values.throttleConfig.preStopSleepSeconds (include "antenna.throttleConfig.shutdownGrace" $ | int64) 5 -}}
{{- if lt (int64 .) $least -}}
{{- fail (printf "throttleConfig.terminationGracePeriodSeconds=%d is less than %d: preStopSleepSeconds + shutdownGrace + 5 s; leave it empty, or lower those" (int64 .) $least) -}}
{{- end -}}
{{- end -}}
{{- if and $.Values.throttleRules.create (not .enabled) -}}
{{- fail "throttleRules.create=true creates rules that nobody reads while throttleConfig.enabled=false; switch one of them" -}}
{{- end -}}
{{- with .webhook -}}
{{- if .enabled -}}
{{- if not $.Values.throttleConfig.enabled -}}
{{- fail "throttleConfig.webhook.enabled=true needs throttle-config; set throttleConfig.enabled=true" -}}
{{- end -}}
{{- if and .certManager.enabled .existingSecret -}}
{{- fail "throttleConfig.webhook has two certificates, of certManager and of existingSecret; leave one of them out" -}}
{{- end -}}
{{- if not (or .certManager.enabled .existingSecret) -}}
{{- fail "throttleConfig.webhook.enabled=true needs a certificate, since Kubernetes calls webhooks over TLS only; set throttleConfig.webhook.certManager.enabled=true, or existingSecret and caBundle" -}}
{{- end -}}
{{- if and .existingSecret (not .caBundle) -}}
{{- fail "throttleConfig.webhook.existingSecret needs throttleConfig.webhook.caBundle: without the authority Kubernetes does not trust the certificate" -}}
{{- end -}}
{{- if eq (int .port) 8001 -}}
{{- fail "throttleConfig.webhook.port=8001 is the port of the rules; choose another, such as 8443" -}}
{{- end -}}
{{- end -}}
{{- end -}}
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
