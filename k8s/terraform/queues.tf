locals {
  attributes = { for queue, definition in local.queue_files : queue => definition.Attributes }
}

# Each queue may hold the only trace of an acknowledged report, so none is destroyed by a plan.
resource "aws_sqs_queue" "processing" {
  region                    = var.region
  name                      = local.queue_names["processing"]
  message_retention_seconds = tonumber(local.attributes["processing"].MessageRetentionPeriod)
  max_message_size          = tonumber(local.attributes["processing"].MaximumMessageSize)
  receive_wait_time_seconds = tonumber(local.attributes["processing"].ReceiveMessageWaitTimeSeconds)
  sqs_managed_sse_enabled   = tobool(local.attributes["processing"].SqsManagedSseEnabled)

  redrive_policy = jsonencode(merge(jsondecode(local.attributes["processing"].RedrivePolicy), {
    deadLetterTargetArn = aws_sqs_queue.processing_dead_letter.arn
  }))

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "processing_dead_letter" {
  region                    = var.region
  name                      = local.queue_names["processing-dead-letter"]
  message_retention_seconds = tonumber(local.attributes["processing-dead-letter"].MessageRetentionPeriod)
  max_message_size          = tonumber(local.attributes["processing-dead-letter"].MaximumMessageSize)
  receive_wait_time_seconds = tonumber(local.attributes["processing-dead-letter"].ReceiveMessageWaitTimeSeconds)
  sqs_managed_sse_enabled   = tobool(local.attributes["processing-dead-letter"].SqsManagedSseEnabled)

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "dead_letter" {
  region                    = var.region
  name                      = local.queue_names["dead-letter"]
  message_retention_seconds = tonumber(local.attributes["dead-letter"].MessageRetentionPeriod)
  max_message_size          = tonumber(local.attributes["dead-letter"].MaximumMessageSize)
  receive_wait_time_seconds = tonumber(local.attributes["dead-letter"].ReceiveMessageWaitTimeSeconds)
  sqs_managed_sse_enabled   = tobool(local.attributes["dead-letter"].SqsManagedSseEnabled)

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "intake" {
  region                     = var.region
  name                       = local.queue_names["intake"]
  message_retention_seconds  = tonumber(local.attributes["intake"].MessageRetentionPeriod)
  max_message_size           = tonumber(local.attributes["intake"].MaximumMessageSize)
  receive_wait_time_seconds  = tonumber(local.attributes["intake"].ReceiveMessageWaitTimeSeconds)
  sqs_managed_sse_enabled    = tobool(local.attributes["intake"].SqsManagedSseEnabled)
  visibility_timeout_seconds = tonumber(local.attributes["intake"].VisibilityTimeout)

  redrive_policy = jsonencode(merge(jsondecode(local.attributes["intake"].RedrivePolicy), {
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
  }))

  lifecycle {
    prevent_destroy = true
  }
}
