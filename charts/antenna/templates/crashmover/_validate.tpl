{{- define "antenna.validate.crashmover" -}}
{{- with .Values.crashmover -}}
{{- with .terminationGracePeriodSeconds -}}
{{- $minimum := add (include "antenna.crashmover.shutdownGrace" $ | int64) 5 -}}
{{- if lt (int64 .) $minimum -}}
{{- fail (printf "crashmover.terminationGracePeriodSeconds is %d; the minimum is %d (shutdownGrace %s + 5 s); leave it empty, or lower crashmover.shutdownGrace" (int64 .) $minimum $.Values.crashmover.shutdownGrace) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- include "antenna.validate.crashmover.autoscaling" . -}}
{{- with .Values.crashmover -}}
{{- include "antenna.validate.containers" (dict "section" "crashmover" "component" "crashmover" "values" .) -}}
{{- $pods := ternary .replicas .autoscaling.minReplicas (eq (include "antenna.crashmover.scalingMode" $) "none") -}}
{{- include "antenna.validate.evictions" (dict "section" "crashmover" "pods" $pods "serves" false "values" .) -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.crashmover.autoscaling" -}}
{{- $mode := include "antenna.crashmover.scalingMode" . -}}
{{- with .Values.crashmover.autoscaling -}}
{{- if ne .mode "none" -}}
{{- include "antenna.validate.range" (dict "section" "crashmover.autoscaling" "values" .) -}}
{{- if and (eq (int .minReplicas) 0) (not (has .mode (list "auto" "keda"))) -}}
{{- fail (printf "crashmover.autoscaling.minReplicas=0 needs mode keda; in mode %s nothing starts the first pod; set it to 1 or more" .mode) -}}
{{- end -}}
{{- end -}}
{{- if and .metrics (not (has .mode (list "cpu" "external"))) -}}
{{- fail (printf "crashmover.autoscaling.metrics needs mode cpu or external, but it is %s; change the mode, or remove the metrics" .mode) -}}
{{- end -}}
{{- if and .behavior (eq .mode "none") -}}
{{- fail "crashmover.autoscaling.behavior needs an autoscaler, but the mode is none; change the mode, or remove it" -}}
{{- end -}}
{{- if eq .mode "cpu" -}}
{{- include "antenna.validate.cpuRequest" (dict "section" "crashmover" "values" $.Values.crashmover) -}}
{{- end -}}
{{- if eq $mode "keda" -}}
{{- if not (contains "://" (include "antenna.crashmover.kedaQueueUrl" $)) -}}
{{- fail (printf "crashmover.autoscaling.mode=keda needs the URL of the intake queue, but queues.intake=%s is a name; set crashmover.autoscaling.keda.queueURL" $.Values.queues.intake) -}}
{{- end -}}
{{- $authentication := .keda.authentication -}}
{{- $identity := include "antenna.crashmover.kedaIdentity" $ | default "workload" -}}
{{- if and (eq $identity "secret") (not ($.Values.crashmover.awsCredentials.existingSecret | default $.Values.aws.credentials.existingSecret)) -}}
{{- fail "crashmover.autoscaling.keda.authentication.identityOwner=secret needs access keys; set crashmover.awsCredentials.existingSecret or aws.credentials.existingSecret" -}}
{{- end -}}
{{- $account := $.Values.crashmover.serviceAccount -}}
{{- if and (eq $identity "workload") (not $authentication.roleArn) $account.create (not (get $account.annotations "eks.amazonaws.com/role-arn")) -}}
{{- fail "crashmover.autoscaling.keda.authentication.identityOwner=workload needs the annotation eks.amazonaws.com/role-arn on crashmover's ServiceAccount; set it in crashmover.serviceAccount.annotations, or set identityOwner=keda for EKS Pod Identity" -}}
{{- end -}}
{{- if and $authentication.roleArn (ne $identity "workload") -}}
{{- fail (printf "crashmover.autoscaling.keda.authentication.roleArn needs identityOwner=workload, but it is %s; remove roleArn, or set identityOwner=workload" $identity) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
