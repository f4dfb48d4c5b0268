{{/* Names and labels, in one place. The names of templates are shared with all subcharts, so that
each begins with the chart's. */}}

{{/* What Kubernetes takes for a name: `My_app` is `my-app`. */}}
{{- define "<CHARTNAME>.name" -}}
{{- $chosen := .Values.nameOverride | default .Chart.Name | lower | replace "_" "-" | replace "." "-" -}}
{{ $chosen | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The release's name, with the chart's where that is not in it already. */}}
{{- define "<CHARTNAME>.fullname" -}}
{{- $name := include "<CHARTNAME>.name" . -}}
{{- $full := .Release.Name -}}
{{- if not (contains $name $full) -}}
  {{- $full = printf "%s-%s" $full $name -}}
{{- end -}}
{{ .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "<CHARTNAME>.chart" -}}
{{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What a workload finds its pods by: these never change after the first install. */}}
{{- define "<CHARTNAME>.selectorLabels" -}}
app.kubernetes.io/name: {{ include "<CHARTNAME>.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "<CHARTNAME>.labels" -}}
helm.sh/chart: {{ include "<CHARTNAME>.chart" . }}
{{ include "<CHARTNAME>.selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "<CHARTNAME>.serviceAccountName" -}}
{{- $account := .Values.serviceAccount | default dict -}}
{{- $made := "default" -}}
{{- if $account.create -}}
  {{- $made = include "<CHARTNAME>.fullname" . -}}
{{- end -}}
{{ $account.name | default $made }}
{{- end }}
