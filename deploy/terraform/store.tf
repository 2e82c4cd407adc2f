# The bucket of the database's backups, and an account that may do nothing but use it.
resource "aws_s3_bucket" "backup" {
  count  = local.stores_backups ? 1 : 0
  bucket = var.backup_bucket

  lifecycle {
    # backups are what is left when all else is gone
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "backup" {
  count                   = local.stores_backups ? 1 : 0
  bucket                  = aws_s3_bucket.backup[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "backup" {
  count  = local.stores_backups ? 1 : 0
  bucket = aws_s3_bucket.backup[0].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# who steals the key can delete, but the versions stay
resource "aws_s3_bucket_versioning" "backup" {
  count  = local.stores_backups ? 1 : 0
  bucket = aws_s3_bucket.backup[0].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "backup" {
  count  = local.stores_backups ? 1 : 0
  bucket = aws_s3_bucket.backup[0].id
  rule {
    id     = "old"
    status = "Enabled"
    filter {}
    expiration {
      days = var.backup_keep_days
    }
    noncurrent_version_expiration {
      noncurrent_days = var.backup_keep_days
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }
  depends_on = [aws_s3_bucket_versioning.backup]
}

resource "aws_iam_user" "backup" {
  count = local.stores_backups ? 1 : 0
  name  = "${var.release}-backup"
}

data "aws_iam_policy_document" "backup" {
  count = local.stores_backups ? 1 : 0
  statement {
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = [aws_s3_bucket.backup[0].arn]
  }
  statement {
    actions   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    resources = ["${aws_s3_bucket.backup[0].arn}/*"]
  }
}

resource "aws_iam_user_policy" "backup" {
  count  = local.stores_backups ? 1 : 0
  name   = "backup"
  user   = aws_iam_user.backup[0].name
  policy = data.aws_iam_policy_document.backup[0].json
}

resource "aws_iam_access_key" "backup" {
  count = local.stores_backups ? 1 : 0
  user  = aws_iam_user.backup[0].name
}

resource "kubernetes_secret_v1" "store" {
  count = local.stores_backups ? 1 : 0
  metadata {
    name      = "${var.release}-backup-store"
    namespace = kubernetes_namespace_v1.panel.metadata[0].name
  }
  data = {
    accessKey = aws_iam_access_key.backup[0].id
    secretKey = aws_iam_access_key.backup[0].secret
  }
}
