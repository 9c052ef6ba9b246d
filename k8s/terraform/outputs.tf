locals {
  # With IRSA, each ServiceAccount names its role.
  annotations = {
    for identity, role in aws_iam_role.antenna :
    identity => { serviceAccount = { annotations = { "eks.amazonaws.com/role-arn" = role.arn } } }
    if var.oidc_provider_arn != null
  }
}

output "values" {
  description = "Values for the chart."
  value = yamlencode(merge(
    {
      aws = { region = var.region }
      buckets = {
        staging = { name = var.staging_bucket }
        crashes = { name = var.crashes_bucket }
      }
      queues = {
        intake               = aws_sqs_queue.intake.url
        processing           = aws_sqs_queue.processing.url
        deadLetter           = aws_sqs_queue.dead_letter.url
        processingDeadLetter = aws_sqs_queue.processing_dead_letter.url
      }
    },
    {
      for section, identity in { ingest = "ingest", crashmover = "crashmover", processor = "processor", crashStats = "crash-stats", cli = "operator", doctor = "doctor", tests = "systemtest" } :
      section => local.annotations[identity] if contains(keys(local.annotations), identity)
    },
  ))
}
