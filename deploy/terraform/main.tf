locals {
  embedded_database = var.database_connection_string == null
  stores_backups    = var.backup_bucket != null && local.embedded_database
  uses_aws          = local.stores_backups || var.dns != null

  # what follows from the variables; var.values has the last word
  made = {
    database = local.embedded_database ? {
      mode           = "embedded"
      existingSecret = kubernetes_secret_v1.database.metadata[0].name
      } : {
      mode           = "external"
      existingSecret = kubernetes_secret_v1.database.metadata[0].name
    }
    redis = {
      mode           = var.redis_url == null ? "none" : "external"
      existingSecret = "${var.release}-redis"
    }
    admin = {
      existingSecret = var.admin_email == null ? "" : "${var.release}-admin"
    }
    encryption = {
      existingSecret = kubernetes_secret_v1.encryption.metadata[0].name
    }
    panel = {
      trustedProxies = var.trusted_proxies
    }
    ingress = {
      enabled     = var.host != null
      host        = var.host == null ? "" : var.host
      className   = var.ingress_class
      tlsSecret   = var.cluster_issuer == null ? "" : "${var.release}-tls"
      annotations = var.cluster_issuer == null ? {} : { "cert-manager.io/cluster-issuer" = var.cluster_issuer }
    }
    backup = {
      s3 = {
        enabled        = local.stores_backups
        bucket         = local.stores_backups ? var.backup_bucket : ""
        region         = var.aws_region
        existingSecret = "${var.release}-backup-store"
      }
    }
  }
}

resource "kubernetes_namespace_v1" "panel" {
  metadata {
    name = var.namespace
    labels = {
      "pod-security.kubernetes.io/enforce" = "restricted"
      "pod-security.kubernetes.io/warn"    = "restricted"
    }
  }
}

# Made once and kept in the state, which is therefore as secret as they are: use a backend that encrypts it.
resource "random_password" "database" {
  length  = 48
  special = false
}

resource "random_password" "encryption" {
  length  = 64
  special = false
}

resource "random_password" "admin" {
  length      = 24
  special     = true
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
  min_special = 1
}

resource "kubernetes_secret_v1" "database" {
  metadata {
    name      = "${var.release}-database"
    namespace = kubernetes_namespace_v1.panel.metadata[0].name
  }
  data = local.embedded_database ? { password = random_password.database.result } : { connectionString = var.database_connection_string }
}

resource "kubernetes_secret_v1" "encryption" {
  metadata {
    name      = "${var.release}-encryption"
    namespace = kubernetes_namespace_v1.panel.metadata[0].name
  }
  data = { key = random_password.encryption.result }
}

resource "kubernetes_secret_v1" "redis" {
  count = var.redis_url == null ? 0 : 1
  metadata {
    name      = "${var.release}-redis"
    namespace = kubernetes_namespace_v1.panel.metadata[0].name
  }
  data = { url = var.redis_url }
}

resource "kubernetes_secret_v1" "admin" {
  count = var.admin_email == null ? 0 : 1
  metadata {
    name      = "${var.release}-admin"
    namespace = kubernetes_namespace_v1.panel.metadata[0].name
  }
  data = {
    email    = var.admin_email
    password = random_password.admin.result
  }
}

resource "helm_release" "panel" {
  name      = var.release
  namespace = kubernetes_namespace_v1.panel.metadata[0].name
  chart     = var.chart
  version   = var.chart_version
  timeout   = 600
  wait      = true
  # a release that does not become ready is taken back, its volumes and secrets stay
  atomic = true
  values = [yamlencode(local.made), yamlencode(var.values)]

  depends_on = [
    kubernetes_secret_v1.database,
    kubernetes_secret_v1.redis,
    kubernetes_secret_v1.admin,
    kubernetes_secret_v1.store,
  ]
}
