{{/* Names, labels and the few things that several templates say the same way. */}}

{{- define "panel.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "panel.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "panel.name" . -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "panel.databaseName" -}}{{ include "panel.fullname" . }}-postgres{{- end -}}
{{- define "panel.redisName" -}}{{ include "panel.fullname" . }}-redis{{- end -}}
{{- define "panel.backupName" -}}{{ include "panel.fullname" . }}-backup{{- end -}}

{{- define "panel.account" -}}
{{- if .Values.serviceAccount.create -}}{{ default (include "panel.fullname" .) .Values.serviceAccount.name }}{{- else -}}{{ default "default" .Values.serviceAccount.name }}{{- end -}}
{{- end -}}

{{/* What a selector chooses by; never changes in the life of a release. Takes (list $ "component"). */}}
{{- define "panel.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "panel.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of an object; the chart's own win. Takes (list $ "component"), and further labels if there are. */}}
{{- define "panel.labels" -}}
{{- $root := index . 0 -}}
{{- $own := fromYaml (include "panel.selector" .) -}}
{{- $_ := set $own "app.kubernetes.io/version" (toString $root.Chart.AppVersion) -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" $root.Release.Service -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_") -}}
{{- toYaml (merge $own (fromYaml (include "panel.podLabels" .))) -}}
{{- end -}}

{{/* The labels of a pod: without versions, so that a new chart does not start every pod anew. Takes the same. */}}
{{- define "panel.podLabels" -}}
{{- $own := fromYaml (include "panel.selector" .) -}}
{{- $_ := set $own "app.kubernetes.io/part-of" "panel" -}}
{{- $more := dict -}}
{{- if gt (len .) 2 -}}{{- $more = deepCopy (index . 2) -}}{{- end -}}
{{- toYaml (merge $own $more (deepCopy (index . 0).Values.commonLabels)) -}}
{{- end -}}

{{/* An image by its digest, or else its tag. Takes (list image "default tag"). */}}
{{- define "panel.image" -}}
{{- $image := index . 0 -}}
{{- if $image.digest -}}{{ $image.repository }}@{{ $image.digest }}{{- else -}}{{ $image.repository }}:{{ default (index . 1) $image.tag }}{{- end -}}
{{- end -}}

{{- define "panel.pullSecrets" -}}
{{- with .Values.imagePullSecrets -}}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Pod Security "restricted" for a pod. Takes the user's number. */}}
{{- define "panel.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* The same for a container; nothing of the chart writes into its image. */}}
{{- define "panel.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Where a pod may run. Takes a part of the values. */}}
{{- define "panel.placement" -}}
{{- with .nodeSelector -}}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* A claim that outlives the release. Takes (list $ "name" storage "component"). */}}
{{- define "panel.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ index . 1 }}
  namespace: {{ (index . 0).Release.Namespace }}
  labels:
    {{- include "panel.labels" (list (index . 0) (index . 3)) | nindent 4 }}
  annotations:
    helm.sh/resource-policy: keep
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
spec:
  accessModes: [ReadWriteOnce]
  {{- with (index . 2).storageClass }}
  storageClassName: {{ . }}
  {{- end }}
  resources:
    requests:
      storage: {{ (index . 2).size }}
{{- end -}}

{{- define "panel.hasDatabase" -}}{{ if eq .Values.database.mode "embedded" }}yes{{ end }}{{- end -}}
{{- define "panel.hasRedis" -}}{{ if eq .Values.redis.mode "embedded" }}yes{{ end }}{{- end -}}
{{- define "panel.hasBackup" -}}{{ if and .Values.backup.enabled (or (eq .Values.database.mode "embedded") (eq .Values.redis.mode "embedded")) }}yes{{ end }}{{- end -}}

{{/* The versions of an API that clusters up to 1.20, 1.22 and newer ones serve. */}}
{{- define "panel.cronJobApi" -}}{{ ternary "batch/v1" "batch/v1beta1" (semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version) }}{{- end -}}
{{- define "panel.budgetApi" -}}{{ ternary "policy/v1" "policy/v1beta1" (semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version) }}{{- end -}}
{{- define "panel.scalerApi" -}}{{ ternary "autoscaling/v2" "autoscaling/v2beta2" (semverCompare ">=1.23-0" .Capabilities.KubeVersion.Version) }}{{- end -}}

{{/* Rules between values, which a schema cannot tell. */}}
{{- define "panel.check" -}}
{{- if gt (int .Values.panel.ports.first) (int .Values.panel.ports.last) -}}
{{- fail "panel.ports.first is greater than panel.ports.last" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not .Values.metrics.existingSecret) (not .Values.metrics.anonymous) -}}
{{- fail "serviceMonitor.enabled: Prometheus may not read the metrics; set metrics.existingSecret, or metrics.anonymous" -}}
{{- end -}}
{{- if and .Values.backup.s3.enabled (not (include "panel.hasBackup" .)) -}}
{{- fail "backup.s3.enabled: there is nothing to copy, as backup.enabled is false or no embedded database runs" -}}
{{- end -}}
{{- end -}}
