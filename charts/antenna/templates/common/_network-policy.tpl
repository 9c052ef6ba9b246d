{{/*
Parts of the network policies. Probes come from the node, which all network plugins admit. A rule without `to` or `from`
allows all peers.
*/}}

{{/* Unique ports of a list of URLs, as a JSON list. */}}
{{- define "antenna.network.portsOf" -}}
{{- $ports := list -}}
{{- range . -}}
{{- $url := urlParse . -}}
{{- $port := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $ports = append $ports (int ($port | default (ternary 80 443 (eq $url.scheme "http")))) -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{- define "antenna.network.dns" -}}
- ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
  {{- with .Values.networkPolicy.dnsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* S3, SQS and STS use HTTPS on 443; stand-ins and gateways use the ports of their URLs. */}}
{{- define "antenna.network.aws" -}}
{{- $urls := list "https://aws" -}}
{{- with .Values.aws.s3.endpoint }}{{ $urls = append $urls . }}{{ end -}}
{{- with .Values.aws.sqs.endpoint }}{{ $urls = append $urls . }}{{ end -}}
{{- range $queue := append (values .Values.queues) .Values.processor.queue }}{{ if contains "://" $queue }}{{ $urls = append $urls $queue }}{{ end }}{{ end -}}
- ports:
    {{- range include "antenna.network.portsOf" $urls | fromJsonArray }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with .Values.networkPolicy.awsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- if .Values.networkPolicy.podIdentityAgent }}
- ports:
    - { protocol: TCP, port: 80 }
  to:
    - ipBlock: { cidr: 169.254.170.23/32 }
    - ipBlock: { cidr: 'fd00:ec2::23/128' }
{{- end }}
{{- end -}}

{{/* Symbol servers, such as https://symbols.mozilla.org. Symbols in S3 are covered by AWS. */}}
{{- define "antenna.network.symbols" -}}
{{- $servers := list -}}
{{- range .Values.processor.symbols }}{{ if hasPrefix "http" . }}{{ $servers = append $servers . }}{{ end }}{{ end -}}
{{- with $servers }}
- ports:
    {{- range include "antenna.network.portsOf" . | fromJsonArray }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with $.Values.networkPolicy.symbolsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* OpenSearch. */}}
{{- define "antenna.network.crashIndex" -}}
{{- with .Values.crashIndex.url }}
- ports:
    {{- range include "antenna.network.portsOf" (list .) | fromJsonArray }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
  {{- with $.Values.networkPolicy.crashIndexTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The endpoints of telemetry, and extraEgress. Sentry uses 443, like AWS. */}}
{{- define "antenna.network.telemetry" -}}
{{- with .Values.telemetry.otlp.endpoint }}
- ports:
    {{- range include "antenna.network.portsOf" (list .) | fromJsonArray }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end }}
{{- if .Values.telemetry.statsd.host }}
- ports:
    - { protocol: UDP, port: {{ .Values.telemetry.statsd.port }} }
{{- end }}
{{- if .Values.telemetry.sentry.existingSecret }}
- ports:
    - { protocol: TCP, port: 443 }
{{- end }}
{{- with .Values.networkPolicy.extraEgress }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The pods of a component as a peer. Takes a dict: root, component. */}}
{{- define "antenna.network.component" -}}
- podSelector:
    matchLabels:
      {{- include "antenna.selectorLabels" . | nindent 6 }}
{{- end -}}

{{- define "antenna.network.metadata" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "antenna.metadata" . | nindent 2 }}
spec:
  podSelector:
    matchLabels:
      {{- include "antenna.selectorLabels" . | nindent 6 }}
  policyTypes: [Ingress, Egress]
{{- end -}}

{{/* The policy of a component that uses the services like a user. Takes a dict: root, component, values. */}}
{{- define "antenna.network.client" -}}
{{- if and .values.enabled .root.Values.networkPolicy.enabled }}
{{ include "antenna.network.metadata" . }}
  ingress: []
  egress:
    {{- include "antenna.network.dns" .root | nindent 4 }}
    {{- include "antenna.network.aws" .root | nindent 4 }}
    - ports:
        - { protocol: TCP, port: 8000 }
      to:
        {{- include "antenna.network.component" (dict "root" .root "component" "ingest") | nindent 8 }}
    {{- if eq .component "cli" }}
    {{- with include "antenna.network.crashIndex" .root | trim }}
    {{- . | nindent 4 }}
    {{- end }}
    {{- end }}
    {{- if .root.Values.throttleConfig.enabled }}
    - ports:
        - { protocol: TCP, port: 8001 }
      to:
        {{- include "antenna.network.component" (dict "root" .root "component" "throttle-config") | nindent 8 }}
    {{- end }}
{{- end }}
{{- end -}}

{{/* These components as peers, as far as they are enabled. */}}
{{- define "antenna.network.clients" -}}
{{- range $component, $values := dict "test" .Values.tests "cli" .Values.cli "doctor" .Values.doctor }}
{{- if $values.enabled }}
{{ include "antenna.network.component" (dict "root" $ "component" $component) }}
{{- end }}
{{- end }}
{{- end -}}
