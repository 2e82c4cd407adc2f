output "address" {
  description = "Where the panel is."
  value       = var.host == null ? "kubectl -n ${var.namespace} port-forward service/${var.release} 8080:80" : "${var.cluster_issuer == null ? "http" : "https"}://${var.host}"
}

output "admin_password" {
  description = "The first administrator's password; change it after the first sign-in."
  value       = var.admin_email == null ? null : random_password.admin.result
  sensitive   = true
}

output "version" {
  description = "What was installed."
  value       = helm_release.panel.metadata.app_version
}
