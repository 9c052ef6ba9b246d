locals {
  # The identities of pods. ../iam has policies for people, too: reader and eraser.
  identities = merge(
    {
      ingest     = { namespace = var.namespace, service_account = "${var.name}-ingest" }
      crashmover = { namespace = var.namespace, service_account = "${var.name}-crashmover" }
      operator   = { namespace = var.namespace, service_account = "${var.name}-cli" }
      doctor     = { namespace = var.namespace, service_account = "${var.name}-doctor" }
      systemtest = { namespace = var.namespace, service_account = "${var.name}-test" }
    },
    var.keda == null ? {} : { keda = var.keda },
    var.processor ? { processor = { namespace = var.namespace, service_account = "${var.name}-processor" } } : {},
    var.crash_stats ? { crash-stats = { namespace = var.namespace, service_account = "${var.name}-crash-stats" } } : {},
  )

  # arn:aws:sqs:REGION:ACCOUNT: of the queues.
  queue_arns = replace(aws_sqs_queue.dead_letter.arn, "/[^:]*$/", "")

  crash_index_arn = coalesce(var.crash_index_arn, "arn:aws:es:*:*:domain/${var.name}")
  # What writes to the index, besides crash-stats, whose own policy lets it search.
  feeders = [for identity in keys(local.identities) : identity if contains(["processor", "operator"], identity) && var.crash_index_arn != null]

  # The files, with the names of the release instead of theirs.
  policies_of_release = {
    for identity in concat(keys(local.identities), ["crash-index"]) : identity =>
    replace(replace(replace(replace(file("${local.policies}/${identity}.json"),
      "arn:aws:s3:::antenna-staging", "arn:aws:s3:::${var.staging_bucket}"),
      "arn:aws:s3:::antenna-crashes", "arn:aws:s3:::${var.crashes_bucket}"),
      "arn:aws:es:*:*:domain/antenna", local.crash_index_arn),
    "arn:aws:sqs:*:*:antenna-", "${local.queue_arns}${var.name}-")
  }

  issuer = var.oidc_provider_arn == null ? null : replace(var.oidc_provider_arn, "/^.*:oidc-provider//", "")
}

resource "aws_iam_role" "antenna" {
  for_each = local.identities

  name = "${var.name}-${each.key}"
  assume_role_policy = var.oidc_provider_arn == null ? file("${local.policies}/trust-pod-identity.json") : jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "PodsOfTheServiceAccount"
      Effect    = "Allow"
      Principal = { Federated = var.oidc_provider_arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${local.issuer}:aud" = "sts.amazonaws.com"
          "${local.issuer}:sub" = "system:serviceaccount:${each.value.namespace}:${each.value.service_account}"
        }
      }
    }]
  })
}

resource "aws_iam_role_policy" "antenna" {
  for_each = local.identities

  name   = "antenna"
  role   = aws_iam_role.antenna[each.key].name
  policy = local.policies_of_release[each.key]
}

resource "aws_iam_role_policy" "crash_index" {
  for_each = toset(local.feeders)

  name   = "crash-index"
  role   = aws_iam_role.antenna[each.key].name
  policy = local.policies_of_release["crash-index"]
}

resource "aws_eks_pod_identity_association" "antenna" {
  for_each = var.cluster == null ? {} : local.identities

  region          = var.region
  cluster_name    = var.cluster
  namespace       = each.value.namespace
  service_account = each.value.service_account
  role_arn        = aws_iam_role.antenna[each.key].arn
}
