# Plans without calls to AWS: `tofu test`.
mock_provider "aws" {
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/antenna" }
  }
}

override_resource {
  target = aws_sqs_queue.intake
  values = { url = "https://sqs.us-east-1.amazonaws.com/123456789012/antenna-intake" }
}

override_resource {
  target = aws_sqs_queue.processing
  values = { url = "https://sqs.us-east-1.amazonaws.com/123456789012/antenna-processing" }
}

override_resource {
  target = aws_sqs_queue.dead_letter
  values = {
    arn = "arn:aws:sqs:us-east-1:123456789012:antenna-intake-dead-letter"
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/antenna-intake-dead-letter"
  }
}

override_resource {
  target = aws_sqs_queue.processing_dead_letter
  values = {
    arn = "arn:aws:sqs:us-east-1:123456789012:antenna-processing-dead-letter"
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/antenna-processing-dead-letter"
  }
}

variables {
  region         = "us-east-1"
  staging_bucket = "antenna-staging"
  crashes_bucket = "antenna-crashes"
  cluster        = "example"
}

run "policies_are_those_of_the_files_but_for_region_and_account" {
  command = plan

  variables {
    processor   = true
    crash_stats = true
  }

  assert {
    condition = toset(keys(aws_iam_role_policy.antenna)) == toset([
      for file in fileset(local.policies, "*.json") : trimsuffix(file, ".json")
      if !contains(["reader.json", "eraser.json", "crash-index.json", "trust-pod-identity.json"], file)
    ])
    error_message = "each policy for pods has a role: ${join(", ", keys(aws_iam_role_policy.antenna))}"
  }
  assert {
    condition = alltrue([
      for identity, policy in aws_iam_role_policy.antenna :
      replace(policy.policy, "us-east-1:123456789012", "*:*") == file("${local.policies}/${identity}.json")
    ])
    error_message = "a policy differs from its file"
  }
  assert {
    condition     = length(aws_eks_pod_identity_association.antenna) == length(aws_iam_role.antenna)
    error_message = "each role has an association"
  }
  assert {
    condition     = aws_iam_role.antenna["ingest"].assume_role_policy == file("${local.policies}/trust-pod-identity.json")
    error_message = "the roles trust EKS Pod Identity"
  }
}

run "queues_have_every_attribute_of_the_files" {
  command = plan

  assert {
    condition = alltrue([
      for queue, attributes in local.attributes : alltrue([
        for attribute in keys(attributes) : contains([
          "MaximumMessageSize", "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy",
          "SqsManagedSseEnabled", "VisibilityTimeout",
        ], attribute)
      ])
    ])
    error_message = "a file has an attribute that queues.tf does not set"
  }
  assert {
    condition     = [aws_sqs_queue.intake.name, aws_sqs_queue.dead_letter.name] == [for queue in ["intake", "dead-letter"] : local.queue_files[queue].QueueName]
    error_message = "the queues have the names of the files"
  }
  assert {
    condition     = jsondecode(aws_sqs_queue.intake.redrive_policy) == { deadLetterTargetArn = aws_sqs_queue.dead_letter.arn, maxReceiveCount = 50 }
    error_message = "redrive policy: ${aws_sqs_queue.intake.redrive_policy}"
  }
  assert {
    condition     = aws_sqs_queue.intake.message_retention_seconds == 1209600 && aws_sqs_queue.processing.sqs_managed_sse_enabled
    error_message = "messages are kept for 14 days, and encrypted"
  }
}

run "buckets_have_the_rules_of_the_files" {
  command = plan

  variables {
    crashes_lifecycle = "crashes-lifecycle-cold.json"
  }

  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.antenna["staging"].rule[0].expiration[0].days == 30
    error_message = "staged envelopes expire after 30 days"
  }
  assert {
    condition = [
      for rule in aws_s3_bucket_lifecycle_configuration.antenna["crashes"].rule :
      [rule.id, [for expiration in rule.expiration : expiration.days], [for transition in rule.transition : "${transition.days} ${transition.storage_class}"]]
    ] == [["expire-crashes", [180], []], ["move-large-dumps-to-a-colder-class", [], ["30 GLACIER_IR"]]]
    error_message = "rules: ${jsonencode(aws_s3_bucket_lifecycle_configuration.antenna["crashes"].rule)}"
  }
  assert {
    condition     = aws_s3_bucket_lifecycle_configuration.antenna["crashes"].rule[1].filter[0].and[0].prefix == "v1/dump/"
    error_message = "only dumps move"
  }
  assert {
    condition     = jsondecode(aws_s3_bucket_policy.antenna["staging"].policy).Statement[0].Resource == ["arn:aws:s3:::antenna-staging", "arn:aws:s3:::antenna-staging/*"]
    error_message = "policy: ${aws_s3_bucket_policy.antenna["staging"].policy}"
  }
}

run "another_release_has_its_own_names" {
  command = plan

  variables {
    name           = "crash-antenna"
    staging_bucket = "example-staging"
    crashes_bucket = "example-crashes"
  }

  assert {
    condition     = aws_sqs_queue.dead_letter.name == "crash-antenna-intake-dead-letter" && aws_iam_role.antenna["ingest"].name == "crash-antenna-ingest"
    error_message = "queues and roles have the prefix"
  }
  assert {
    condition     = aws_eks_pod_identity_association.antenna["operator"].service_account == "crash-antenna-cli"
    error_message = "the operator's role is for the command line's pod"
  }
  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.antenna : !can(regex("arn:aws:s3:::antenna-|[:/]antenna-", policy.policy))])
    error_message = "a policy has names of the files"
  }
}

run "a_domain_has_policies_for_what_feeds_and_searches_it" {
  command = plan

  variables {
    processor       = true
    crash_stats     = true
    crash_index_arn = "arn:aws:es:us-east-1:123456789012:domain/example"
  }

  assert {
    condition     = toset(keys(aws_iam_role_policy.crash_index)) == toset(["operator", "processor"])
    error_message = "feeders: ${join(", ", keys(aws_iam_role_policy.crash_index))}"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.crash_index["processor"].policy).Statement[0].Resource == ["arn:aws:es:us-east-1:123456789012:domain/example/*"]
    error_message = "policy: ${aws_iam_role_policy.crash_index["processor"].policy}"
  }
  assert {
    condition     = contains(flatten(jsondecode(aws_iam_role_policy.antenna["crash-stats"].policy).Statement[*].Resource), "arn:aws:es:us-east-1:123456789012:domain/example/*/_search")
    error_message = "policy: ${aws_iam_role_policy.antenna["crash-stats"].policy}"
  }
}

run "with_irsa_accounts_have_annotations" {
  command = plan

  variables {
    cluster           = null
    keda              = null
    oidc_provider_arn = "arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"
  }

  assert {
    condition     = jsondecode(aws_iam_role.antenna["crashmover"].assume_role_policy).Statement[0].Condition.StringEquals["oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub"] == "system:serviceaccount:antenna:antenna-crashmover"
    error_message = "trust: ${aws_iam_role.antenna["crashmover"].assume_role_policy}"
  }
  assert {
    condition     = length(aws_eks_pod_identity_association.antenna) == 0
    error_message = "IRSA needs no associations"
  }
  assert {
    condition     = yamldecode(output.values) == yamldecode(file("${path.module}/../../charts/antenna/ci/irsa-values.yaml"))
    error_message = "values: ${output.values}"
  }
}

run "one_way_to_bind_roles_must_be_chosen" {
  command = plan

  variables {
    cluster = null
  }

  expect_failures = [var.oidc_provider_arn]
}
