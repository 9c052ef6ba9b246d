{{/* Arguments of the system test; docs/systemtest.md describes them. */}}
{{- define "antenna.systemtest.args" -}}
- --url
- http://{{ include "antenna.fullname" . }}-ingest:{{ .Values.ingest.service.port }}
{{- if .Values.throttleConfig.enabled }}
- --throttle-config-url
- {{ include "antenna.throttleConfigUrl" . }}
{{- end }}
- --bucket
- {{ include "antenna.systemtest.bucket" .Values.buckets.crashes }}
- --staging-bucket
- {{ include "antenna.systemtest.bucket" .Values.buckets.staging }}
{{- with .Values.aws.s3.endpoint }}
- --s3-endpoint
- {{ . | quote }}
{{- end }}
{{- with .Values.aws.sqs.endpoint }}
- --sqs-endpoint
- {{ . | quote }}
{{- end }}
{{- if .Values.tests.readQueue }}
- --queue
- {{ .Values.queues.processing }}
{{- end }}
{{- with .Values.ingest.settings.MAX_PAYLOAD }}
- --max-payload
- {{ include "antenna.scalar" . | quote }}
{{- end }}
{{- range .Values.tests.extraArgs }}
- {{ . | quote }}
{{- end }}
{{- end -}}

{{- define "antenna.systemtest.bucket" -}}
{{ .name }}{{ with .prefix | trimSuffix "/" }}/{{ . }}{{ end }}
{{- end -}}

{{- define "antenna.systemtest.env" -}}
- name: AWS_REGION
  value: {{ .root.Values.aws.region | quote }}
{{- include "antenna.env.awsCredentials" . }}
{{- with .values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}
