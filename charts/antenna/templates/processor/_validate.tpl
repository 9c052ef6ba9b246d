{{- define "antenna.validate.processor" -}}
{{- if .Values.processor.enabled -}}
{{- include "antenna.validate.worker" (dict "root" . "component" "processor" "section" "processor" "values" .Values.processor "queue" "processing") -}}
{{- $cache := include "antenna.processor.symbolCacheBytes" . | int64 -}}
{{- $file := include "antenna.setting" (list . "processor" "SYMBOL_MAX_BYTES") -}}
{{- if lt $cache (include "antenna.bytes" (dict "value" $file "name" "processor.settings.SYMBOL_MAX_BYTES") | int64) -}}
{{- fail (printf "processor.symbolCache.sizeLimit=%v leaves less than one symbol file for the cache, because eight unfinished downloads of SYMBOL_MAX_BYTES=%s come on top; enlarge it to ten times that, or lower processor.settings.SYMBOL_MAX_BYTES" .Values.processor.symbolCache.sizeLimit $file) -}}
{{- end -}}
{{- if and (not .Values.processor.queue) .Values.tests.enabled .Values.tests.readQueue -}}
{{- fail "tests.readQueue=true and processor.enabled=true take each other's crash ids from the processing queue; set tests.readQueue=false, or processor.queue to a queue of its own" -}}
{{- end -}}
{{- end -}}
{{- end -}}
