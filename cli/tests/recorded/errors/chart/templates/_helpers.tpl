{{- define "fails" }}
{{ fail "inner" }}
{{ end }}
{{- define "nil" }}{{ .Values.a.b }}{{ end }}
{{- define "outer" }}{{ include "nil" . }}{{ end }}
{{- define "forever" }}{{ include "forever" . }}{{ end }}
{{- define "novalue" }}{{ .Values.x }}{{ end }}
{{- define "seen" }}{{ .Values.seen }}{{ end }}
