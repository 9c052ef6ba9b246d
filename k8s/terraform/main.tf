# Buckets, queues and roles of one release, from the JSON files in ../aws and ../iam. For Terraform and OpenTofu, from 1.10 on.
terraform {
  required_version = ">= 1.10"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }
  }
}

locals {
  settings = "${path.module}/../aws"
  policies = "${path.module}/../iam"

  queues = ["intake", "dead-letter", "processing", "processing-dead-letter"]
  queue_names = {
    for queue in local.queues :
    queue => replace(local.queue_files[queue].QueueName, "/^antenna-/", "${var.name}-")
  }
  queue_files = {
    for queue in local.queues :
    queue => jsondecode(file("${local.settings}/${queue}-queue.json"))
  }
}
