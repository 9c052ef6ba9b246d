{{/* Sizes and durations in the formats of Kubernetes and Antenna. */}}

{{/* Bytes of 20Gi, 10GiB, 25MB or a number. Takes a dict: value, and name for the message. */}}
{{- define "antenna.bytes" -}}
{{- $text := .value | toString -}}
{{- if kindIs "float64" .value }}{{ $text = .value | int64 | toString }}{{ end -}}
{{- $units := dict "" 1 "B" 1
  "k" 1000 "kB" 1000 "M" 1000000 "MB" 1000000 "G" 1000000000 "GB" 1000000000 "T" 1000000000000 "TB" 1000000000000
  "Ki" 1024 "KiB" 1024 "Mi" 1048576 "MiB" 1048576 "Gi" 1073741824 "GiB" 1073741824 "Ti" 1099511627776 "TiB" 1099511627776 -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if or (eq $number "") (not (hasKey $units $unit)) -}}
{{- fail (printf "%s=%s is not a size; write it like 256MiB or 20Gi" .name $text) -}}
{{- end -}}
{{- mulf (float64 $number) (get $units $unit) | int64 -}}
{{- end -}}

{{/* Seconds of 500ms, 30s, 10m or 1h, rounded up. Takes a dict: value, and name for the message. */}}
{{- define "antenna.seconds" -}}
{{- $text := .value | toString -}}
{{- $units := dict "ms" 0.001 "s" 1 "m" 60 "h" 3600 -}}
{{- $number := regexFind "^[0-9]+([.][0-9]+)?" $text -}}
{{- $unit := trimPrefix $number $text -}}
{{- if or (eq $number "") (not (hasKey $units $unit)) -}}
{{- fail (printf "%s=%s is not a duration; write it like 30s or 10m" .name $text) -}}
{{- end -}}
{{- mulf (float64 $number) (get $units $unit) | ceil | int64 -}}
{{- end -}}

{{/* A scalar as an environment variable's string: 10000000, not 1e+07. */}}
{{- define "antenna.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{- define "antenna.mebibytes" -}}
{{ div (int64 .) 1048576 }} MiB
{{- end -}}
