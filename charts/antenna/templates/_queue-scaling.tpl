{{/*
Components that take messages from a queue, and their autoscaling by its length. Takes the dict of the component, and queue,
its name in the values: intake or processing.
*/}}

{{/* Time to finish the messages in flight; the queue delivers the others again. */}}
{{- define "antenna.worker.shutdownGrace" -}}
{{- include "antenna.seconds" (dict "value" .values.shutdownGrace "name" (printf "%s.shutdownGrace" .section)) -}}
{{- end -}}

{{- define "antenna.worker.terminationGrace" -}}
{{- .values.terminationGracePeriodSeconds | default (add (include "antenna.worker.shutdownGrace" . | int64) 10) -}}
{{- end -}}

{{/* The queue's name or URL; a component can have another one than the values name for all. */}}
{{- define "antenna.worker.queue" -}}
{{- get .values "queue" | default (get .root.Values.queues .queue) -}}
{{- end -}}

{{/* Up at once, down slowly: an empty queue fills again soon, and a new pod needs time to start. */}}
{{- define "antenna.queueScaling.chartBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 0
  policies:
    - { type: Percent, value: 100, periodSeconds: 15 }
    - { type: Pods, value: 4, periodSeconds: 15 }
  selectPolicy: Max
scaleDown:
  stabilizationWindowSeconds: {{ .scaleDownStabilizationSeconds }}
  policies:
    - { type: Percent, value: {{ .scaleDownPercentPerMinute }}, periodSeconds: 60 }
{{- end -}}

{{- define "antenna.queueScaling.behavior" -}}
{{- $autoscaling := .values.autoscaling -}}
{{- mergeOverwrite (include "antenna.queueScaling.chartBehavior" $autoscaling | fromYaml) ($autoscaling.behavior | default dict) | toYaml -}}
{{- end -}}

{{- define "antenna.queueScaling.url" -}}
{{- .values.autoscaling.keda.queueURL | default (include "antenna.worker.queue" .) -}}
{{- end -}}

{{- define "antenna.queueScaling.secret" -}}
{{- .values.awsCredentials.existingSecret | default .root.Values.aws.credentials.existingSecret -}}
{{- end -}}

{{/* The identity with which KEDA reads the queue; empty if the values do not tell. */}}
{{- define "antenna.queueScaling.identity" -}}
{{- $authentication := .values.autoscaling.keda.authentication -}}
{{- if $authentication.identityOwner -}}
{{- $authentication.identityOwner -}}
{{- else if or $authentication.roleArn (get .values.serviceAccount.annotations "eks.amazonaws.com/role-arn") -}}
workload
{{- else if include "antenna.queueScaling.secret" . -}}
secret
{{- end -}}
{{- end -}}

{{/* Why mode auto cannot scale by the queue, and what to do; empty if it can. */}}
{{- define "antenna.queueScaling.obstacle" -}}
{{- if not (.root.Capabilities.APIVersions.Has "keda.sh/v1alpha1") -}}
the cluster has no KEDA; install it and upgrade this release; `helm template` needs --api-versions keda.sh/v1alpha1
{{- else if not (contains "://" (include "antenna.queueScaling.url" .)) -}}
KEDA needs the URL of the {{ .queue }} queue (queues.{{ .queue }}, or {{ .section }}.autoscaling.keda.queueURL)
{{- else if not (include "antenna.queueScaling.identity" .) -}}
KEDA needs an identity that may read the {{ .queue }} queue ({{ .section }}.autoscaling.keda.authentication.identityOwner)
{{- end -}}
{{- end -}}

{{/* The mode of autoscaling, with auto decided. */}}
{{- define "antenna.queueScaling.mode" -}}
{{- $mode := .values.autoscaling.mode -}}
{{- if ne $mode "auto" }}{{ $mode }}
{{- else if include "antenna.queueScaling.obstacle" . }}none
{{- else }}keda
{{- end -}}
{{- end -}}

{{/* The number of pods of a Deployment, as far as it is the chart's. */}}
{{- define "antenna.queueScaling.replicas" -}}
{{- $autoscaled := ne (include "antenna.queueScaling.mode" .) "none" -}}
{{- include "antenna.replicas" (merge (dict "kind" "Deployment" "autoscaled" $autoscaled "optional" (eq .values.autoscaling.mode "auto")) .) -}}
{{- end -}}

{{- define "antenna.validate.queueScaling" -}}
{{- $section := printf "%s.autoscaling" .section -}}
{{- with .values.autoscaling -}}
{{- if ne .mode "none" -}}
{{- include "antenna.validate.range" (dict "section" $section "values" .) -}}
{{- if and (eq (int .minReplicas) 0) (not (has .mode (list "auto" "keda"))) -}}
{{- fail (printf "%s.minReplicas=0 needs mode keda; in mode %s nothing starts the first pod; set it to 1 or more" $section .mode) -}}
{{- end -}}
{{- else if .behavior -}}
{{- fail (printf "%s.behavior needs an autoscaler, but the mode is none; change the mode, or remove it" $section) -}}
{{- end -}}
{{- if and .metrics (not (has .mode (list "cpu" "external"))) -}}
{{- fail (printf "%s.metrics needs mode cpu or external, but it is %s; change the mode, or remove the metrics" $section .mode) -}}
{{- end -}}
{{- if eq .mode "cpu" -}}
{{- include "antenna.validate.cpuRequest" $ -}}
{{- end -}}
{{- end -}}
{{- if eq (include "antenna.queueScaling.mode" .) "keda" -}}
{{- include "antenna.validate.keda" . -}}
{{- end -}}
{{- end -}}

{{- define "antenna.validate.keda" -}}
{{- $section := printf "%s.autoscaling" .section -}}
{{- if not (contains "://" (include "antenna.queueScaling.url" .)) -}}
{{- fail (printf "%s.mode=keda needs the URL of the %s queue, but %s is a name; set %s.keda.queueURL" $section .queue (include "antenna.worker.queue" .) $section) -}}
{{- end -}}
{{- $authentication := .values.autoscaling.keda.authentication -}}
{{- $identity := include "antenna.queueScaling.identity" . | default "workload" -}}
{{- if and (eq $identity "secret") (not (include "antenna.queueScaling.secret" .)) -}}
{{- fail (printf "%s.keda.authentication.identityOwner=secret needs access keys; set %s.awsCredentials.existingSecret or aws.credentials.existingSecret" $section .section) -}}
{{- end -}}
{{- $account := .values.serviceAccount -}}
{{- if and (eq $identity "workload") (not $authentication.roleArn) $account.create (not (get $account.annotations "eks.amazonaws.com/role-arn")) -}}
{{- fail (printf "%s.keda.authentication.identityOwner=workload needs the annotation eks.amazonaws.com/role-arn on the ServiceAccount of %s; set it in %s.serviceAccount.annotations, or set identityOwner=keda for EKS Pod Identity" $section .component .section) -}}
{{- end -}}
{{- if and $authentication.roleArn (ne $identity "workload") -}}
{{- fail (printf "%s.keda.authentication.roleArn needs identityOwner=workload, but it is %s; remove roleArn, or set identityOwner=workload" $section $identity) -}}
{{- end -}}
{{- end -}}

{{/* Everything that can be wrong with a component that takes messages from a queue. */}}
{{- define "antenna.validate.worker" -}}
{{- include "antenna.validate.queueScaling" . -}}
{{- include "antenna.validate.containers" . -}}
{{- with .values -}}
{{- $grace := include "antenna.worker.shutdownGrace" $ | int64 -}}
{{- if and .terminationGracePeriodSeconds (lt (int64 .terminationGracePeriodSeconds) (add $grace 5)) -}}
{{- fail (printf "%s.terminationGracePeriodSeconds is %d; the minimum is %d (shutdownGrace %s + 5 s); leave it empty, or lower %s.shutdownGrace" $.section (int64 .terminationGracePeriodSeconds) (add $grace 5) .shutdownGrace $.section) -}}
{{- end -}}
{{- $pods := ternary .replicas .autoscaling.minReplicas (eq (include "antenna.queueScaling.mode" $) "none") -}}
{{- include "antenna.validate.evictions" (merge (dict "pods" $pods "serves" false) $) -}}
{{- end -}}
{{- end -}}
