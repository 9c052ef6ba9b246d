{{/* Bytes for the symbol cache: its volume without unfinished downloads (eight) and what a file system reserves. */}}
{{- define "antenna.processor.symbolCacheBytes" -}}
{{- $volume := include "antenna.bytes" (dict "value" .Values.processor.symbolCache.sizeLimit "name" "processor.symbolCache.sizeLimit") | int64 -}}
{{- $file := include "antenna.bytes" (dict "value" (include "antenna.setting" (list . "processor" "SYMBOL_MAX_BYTES")) "name" "processor.settings.SYMBOL_MAX_BYTES") | int64 -}}
{{- sub (div (mul $volume 19) 20) (mul $file 8) -}}
{{- end -}}

{{- define "antenna.processor.settings" -}}
{{- $processor := dict "root" . "component" "processor" "section" "processor" "values" .Values.processor "queue" "processing" -}}
{{ include "antenna.settings.common" $processor }}
{{ include "antenna.settings.aws" . }}
{{ include "antenna.settings.crashes" . }}
{{ include "antenna.settings.crashIndex" . }}
PROCESSING_QUEUE: {{ include "antenna.worker.queue" $processor | quote }}
PROCESSING_DEAD_LETTER_QUEUE: {{ .Values.queues.processingDeadLetter | quote }}
PORT: '8003'
SHUTDOWN_GRACE: {{ include "antenna.worker.shutdownGrace" $processor }}s
{{- with .Values.processor.symbols }}
SYMBOLS: {{ join "," . | quote }}
{{- end }}
SYMBOL_CACHE_DIR: /var/cache/antenna
SYMBOL_CACHE_BYTES: {{ include "antenna.processor.symbolCacheBytes" . }}B
{{ include "antenna.nodeOptions" $processor }}
{{- end -}}

{{- define "antenna.processor.env" -}}
{{ include "antenna.env.common" . }}
{{ include "antenna.env.awsCredentials" . }}
{{ include "antenna.env.crashIndex" . }}
{{ include "antenna.env.extra" . }}
{{- end -}}
