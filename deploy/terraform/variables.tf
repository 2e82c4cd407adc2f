variable "kubeconfig" {
  description = "The kubeconfig of the cluster."
  type        = string
  default     = "~/.kube/config"
}

variable "kube_context" {
  description = "The context of the kubeconfig; null for its current one."
  type        = string
  default     = null
}

variable "namespace" {
  description = "The namespace of the panel. Game servers get one of their own from the chart."
  type        = string
  default     = "panel"
  validation {
    condition     = can(regex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "namespace is a DNS label: lower-case letters, digits and dashes."
  }
}

variable "release" {
  description = "The name of the Helm release."
  type        = string
  default     = "panel"
}

variable "chart" {
  description = "Where the chart is: an OCI address, or the folder charts/panel of this repository."
  type        = string
  default     = "oci://ghcr.io/panel-dev/charts/panel"
}

variable "chart_version" {
  description = "The chart's version; null for the newest. Left out for a folder."
  type        = string
  default     = null
}

variable "values" {
  description = "Values of the chart (charts/panel/README.md), over those made here."
  type        = any
  default     = {}
}

variable "host" {
  description = "The host name of the panel; null installs it without an ingress."
  type        = string
  default     = null
}

variable "ingress_class" {
  description = "The class of the ingress controller."
  type        = string
  default     = "nginx"
}

variable "cluster_issuer" {
  description = "The ClusterIssuer of cert-manager that makes the certificate; null leaves TLS to somebody else."
  type        = string
  default     = null
}

variable "trusted_proxies" {
  description = "Networks of the ingress controller's pods, whose X-Forwarded headers are believed."
  type        = list(string)
  default     = []
}

variable "admin_email" {
  description = "The first administrator's email; null for the one-time link in the panel's log."
  type        = string
  default     = null
}

variable "database_connection_string" {
  description = "The connection string of an external PostgreSQL; null runs one of the chart."
  type        = string
  default     = null
  sensitive   = true
}

variable "redis_url" {
  description = "The address of an external Redis (redis://user:password@host:port); null does without one."
  type        = string
  default     = null
  sensitive   = true
}

variable "aws_region" {
  description = "The region of the bucket and of what else is made at AWS."
  type        = string
  default     = "eu-central-1"
}

variable "backup_bucket" {
  description = "The name of a bucket to make for the backups of the embedded database; null keeps them in the cluster alone."
  type        = string
  default     = null
}

variable "backup_keep_days" {
  description = "Days after which backups in the bucket go, and versions of deleted ones."
  type        = number
  default     = 90
}

variable "dns" {
  description = "A record for the host: the Route 53 zone, and the address or name of the ingress controller's load balancer. Null makes none."
  type = object({
    zone_id = string
    target  = string
    ttl     = optional(number, 300)
  })
  default = null
}
