{{- define "app.url" -}}
{{ .Values.database.url }}
{{- end -}}
