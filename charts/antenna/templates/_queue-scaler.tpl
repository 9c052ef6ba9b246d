{{/* The objects that scale a component by its queue. They take the same dict as the helpers in _queue-scaling.tpl. */}}

{{- define "antenna.queueScaling.autoscaler" -}}
{{- with .values.autoscaling }}
{{- if has .mode (list "external" "cpu") }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  {{- include "antenna.metadata" $ | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "antenna.componentName" $ }}
  minReplicas: {{ .minReplicas }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    {{- if eq .mode "cpu" }}
    {{- include "antenna.metric.cpu" (dict "component" $.component "percent" .targetCPUUtilizationPercentage) | nindent 4 }}
    {{- else }}
    - type: External
      external:
        metric:
          name: {{ .external.metricName | quote }}
          selector:
            matchLabels:
              {{- toYaml (.external.matchLabels | default (dict "namespace" $.root.Release.Namespace)) | nindent 14 }}
        target:
          type: AverageValue
          averageValue: {{ .external.targetAverageValue | toString | quote }}
    {{- end }}
    {{- with .metrics }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  behavior:
    {{- include "antenna.queueScaling.behavior" $ | nindent 4 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "antenna.queueScaling.scaledObject" -}}
{{- if eq (include "antenna.queueScaling.mode" .) "keda" }}
{{- with .values.autoscaling }}
{{- $identity := include "antenna.queueScaling.identity" $ | default "workload" }}
{{- $credentials := $.root.Values.aws.credentials }}
# There is no fallback: while KEDA cannot read the queue, the number of pods stays the same.
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  {{- include "antenna.metadata" $ | nindent 2 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "antenna.componentName" $ }}
  minReplicaCount: {{ .minReplicas }}
  maxReplicaCount: {{ .maxReplicas }}
  pollingInterval: {{ .keda.pollingInterval }}
  cooldownPeriod: {{ .keda.cooldownPeriod }}
  advanced:
    # Deleting only this object keeps the pods.
    restoreToOriginalReplicaCount: false
    horizontalPodAutoscalerConfig:
      behavior:
        {{- include "antenna.queueScaling.behavior" $ | nindent 8 }}
  triggers:
    - type: aws-sqs-queue
      metadata:
        queueURL: {{ include "antenna.queueScaling.url" $ | quote }}
        queueLength: {{ .keda.queueLength | toString | quote }}
        awsRegion: {{ .keda.awsRegion | default $.root.Values.aws.region | quote }}
        {{- with $.root.Values.aws.sqs.endpoint }}
        awsEndpoint: {{ . | quote }}
        {{- end }}
        # Count messages in flight, too: otherwise pods would be removed while they work on the last ones.
        scaleOnInFlight: 'true'
      authenticationRef:
        name: {{ include "antenna.componentName" $ }}
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata:
  {{- include "antenna.metadata" $ | nindent 2 }}
spec:
  {{- if eq $identity "secret" }}
  secretTargetRef:
    - parameter: awsAccessKeyID
      name: {{ include "antenna.queueScaling.secret" $ }}
      key: {{ $credentials.accessKeyIdKey }}
    - parameter: awsSecretAccessKey
      name: {{ include "antenna.queueScaling.secret" $ }}
      key: {{ $credentials.secretAccessKeyKey }}
  {{- else }}
  podIdentity:
    provider: aws
    {{- if .keda.authentication.roleArn }}
    roleArn: {{ .keda.authentication.roleArn | quote }}
    {{- else }}
    identityOwner: {{ $identity }}
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
