{{/* Time for crashmover to finish its messages; the queue delivers the others again. */}}
{{- define "antenna.crashmover.shutdownGrace" -}}
{{- include "antenna.seconds" (dict "value" .Values.crashmover.shutdownGrace "name" "crashmover.shutdownGrace") -}}
{{- end -}}

{{- define "antenna.crashmover.terminationGrace" -}}
{{- .Values.crashmover.terminationGracePeriodSeconds | default (add (include "antenna.crashmover.shutdownGrace" . | int64) 10) -}}
{{- end -}}

{{- define "antenna.crashmover.settings" -}}
{{- $crashmover := dict "root" . "component" "crashmover" "section" "crashmover" "values" .Values.crashmover -}}
{{ include "antenna.settings.common" $crashmover }}
{{ include "antenna.settings.backend" . }}
CRASH_BUCKET: {{ .Values.buckets.crashes.name | quote }}
{{- with .Values.buckets.crashes.prefix }}
CRASH_PREFIX: {{ . | quote }}
{{- end }}
PROCESSING_QUEUE: {{ .Values.queues.processing | quote }}
DEAD_LETTER_QUEUE: {{ .Values.queues.deadLetter | quote }}
PORT: '8002'
SHUTDOWN_GRACE: {{ include "antenna.crashmover.shutdownGrace" . }}s
{{ include "antenna.nodeOptions" $crashmover }}
{{- end -}}

{{- define "antenna.crashmover.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{ include "antenna.env.extra" . }}
{{- end -}}

{{/* Up at once, down slowly: an empty queue fills again soon, and a new pod needs time to start. */}}
{{- define "antenna.crashmover.scaling" -}}
{{- mergeOverwrite (include "antenna.crashmover.chartScaling" . | fromYaml) (.behavior | default dict) | toYaml -}}
{{- end -}}

{{- define "antenna.crashmover.chartScaling" -}}
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

{{- define "antenna.crashmover.kedaQueueUrl" -}}
{{- .Values.crashmover.autoscaling.keda.queueURL | default .Values.queues.intake -}}
{{- end -}}

{{/* The identity with which KEDA reads the queue; empty if the values do not tell. */}}
{{- define "antenna.crashmover.kedaIdentity" -}}
{{- $authentication := .Values.crashmover.autoscaling.keda.authentication -}}
{{- if $authentication.identityOwner -}}
{{- $authentication.identityOwner -}}
{{- else if or $authentication.roleArn (get .Values.crashmover.serviceAccount.annotations "eks.amazonaws.com/role-arn") -}}
workload
{{- else if .Values.crashmover.awsCredentials.existingSecret | default .Values.aws.credentials.existingSecret -}}
secret
{{- end -}}
{{- end -}}

{{/* Why mode auto cannot scale by the queue, and what to do; empty if it can. */}}
{{- define "antenna.crashmover.scalingObstacle" -}}
{{- if not (.Capabilities.APIVersions.Has "keda.sh/v1alpha1") -}}
the cluster has no KEDA; install it and upgrade this release; `helm template` needs --api-versions keda.sh/v1alpha1
{{- else if not (contains "://" (include "antenna.crashmover.kedaQueueUrl" .)) -}}
KEDA needs the URL of the intake queue (queues.intake, or crashmover.autoscaling.keda.queueURL)
{{- else if not (include "antenna.crashmover.kedaIdentity" .) -}}
KEDA needs an identity that may read the intake queue (crashmover.autoscaling.keda.authentication.identityOwner)
{{- end -}}
{{- end -}}

{{/* The mode of autoscaling, with auto decided. */}}
{{- define "antenna.crashmover.scalingMode" -}}
{{- $mode := .Values.crashmover.autoscaling.mode -}}
{{- if ne $mode "auto" }}{{ $mode }}
{{- else if include "antenna.crashmover.scalingObstacle" . }}none
{{- else }}keda
{{- end -}}
{{- end -}}
