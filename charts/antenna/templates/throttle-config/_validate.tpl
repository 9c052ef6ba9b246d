{{- define "antenna.validate.throttleConfig" -}}
{{- with .Values.throttleConfig -}}
{{- include "antenna.validate.server" (dict "section" "throttleConfig" "component" "throttle-config" "values" .) -}}
{{- if and $.Values.throttleRules.create (not .enabled) -}}
{{- fail "throttleRules.create=true creates rules that throttle-config does not read, because throttleConfig.enabled=false; change one of them" -}}
{{- end -}}
{{- with .webhook -}}
{{- if .enabled -}}
{{- if not $.Values.throttleConfig.enabled -}}
{{- fail "throttleConfig.webhook.enabled=true needs throttle-config; set throttleConfig.enabled=true" -}}
{{- end -}}
{{- if and .certManager.enabled .existingSecret -}}
{{- fail "throttleConfig.webhook has two certificates, from certManager and from existingSecret; remove one of them" -}}
{{- end -}}
{{- if not (or .certManager.enabled .existingSecret) -}}
{{- fail "throttleConfig.webhook.enabled=true needs a certificate, because Kubernetes calls webhooks only over TLS; set throttleConfig.webhook.certManager.enabled=true, or existingSecret and caBundle" -}}
{{- end -}}
{{- if and .existingSecret (not .caBundle) -}}
{{- fail "throttleConfig.webhook.existingSecret needs throttleConfig.webhook.caBundle; without the CA, Kubernetes does not trust the certificate" -}}
{{- end -}}
{{- if eq (int .port) 8001 -}}
{{- fail "throttleConfig.webhook.port=8001 is in use by the rules API; choose another port, such as 8443" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
