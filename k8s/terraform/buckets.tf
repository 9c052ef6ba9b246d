locals {
  buckets = {
    staging = {
      name      = var.staging_bucket
      lifecycle = jsondecode(file("${local.settings}/staging-lifecycle.json"))
    }
    crashes = {
      name      = var.crashes_bucket
      lifecycle = jsondecode(file("${local.settings}/${var.crashes_lifecycle}"))
    }
  }
  encryption    = jsondecode(file("${local.settings}/encryption.json"))
  public_access = jsondecode(file("${local.settings}/public-access-block.json"))
}

resource "aws_s3_bucket" "antenna" {
  for_each = local.buckets

  region = var.region
  bucket = each.value.name

  # Each bucket may hold the only copy of an acknowledged report.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_public_access_block" "antenna" {
  for_each = local.buckets

  region                  = var.region
  bucket                  = aws_s3_bucket.antenna[each.key].bucket
  block_public_acls       = local.public_access.BlockPublicAcls
  ignore_public_acls      = local.public_access.IgnorePublicAcls
  block_public_policy     = local.public_access.BlockPublicPolicy
  restrict_public_buckets = local.public_access.RestrictPublicBuckets
}

resource "aws_s3_bucket_server_side_encryption_configuration" "antenna" {
  for_each = local.buckets

  region = var.region
  bucket = aws_s3_bucket.antenna[each.key].bucket

  dynamic "rule" {
    for_each = local.encryption.Rules
    content {
      apply_server_side_encryption_by_default {
        sse_algorithm = rule.value.ApplyServerSideEncryptionByDefault.SSEAlgorithm
      }
    }
  }
}

resource "aws_s3_bucket_policy" "antenna" {
  for_each = local.buckets

  region = var.region
  bucket = aws_s3_bucket.antenna[each.key].bucket
  policy = replace(file("${local.settings}/only-by-tls.json"), "BUCKET", each.value.name)
}

# A crash that was overwritten or erased by mistake can be had back. Staged envelopes are written once.
resource "aws_s3_bucket_versioning" "crashes" {
  region = var.region
  bucket = aws_s3_bucket.antenna["crashes"].bucket

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "antenna" {
  for_each   = local.buckets
  depends_on = [aws_s3_bucket_versioning.crashes]

  region = var.region
  bucket = aws_s3_bucket.antenna[each.key].bucket

  dynamic "rule" {
    for_each = each.value.lifecycle.Rules
    content {
      id     = rule.value.ID
      status = rule.value.Status

      filter {
        dynamic "and" {
          for_each = [for filter in [try(rule.value.Filter.And, null)] : filter if filter != null]
          content {
            prefix                   = try(and.value.Prefix, null)
            object_size_greater_than = try(and.value.ObjectSizeGreaterThan, null)
          }
        }
      }

      dynamic "expiration" {
        for_each = [for days in [try(rule.value.Expiration.Days, null)] : days if days != null]
        content {
          days = expiration.value
        }
      }

      dynamic "noncurrent_version_expiration" {
        for_each = [for days in [try(rule.value.NoncurrentVersionExpiration.NoncurrentDays, null)] : days if days != null]
        content {
          noncurrent_days = noncurrent_version_expiration.value
        }
      }

      dynamic "abort_incomplete_multipart_upload" {
        for_each = [for days in [try(rule.value.AbortIncompleteMultipartUpload.DaysAfterInitiation, null)] : days if days != null]
        content {
          days_after_initiation = abort_incomplete_multipart_upload.value
        }
      }

      dynamic "transition" {
        for_each = try(rule.value.Transitions, [])
        content {
          days          = transition.value.Days
          storage_class = transition.value.StorageClass
        }
      }
    }
  }
}
