variable "region" {
  description = "Region of the buckets and queues."
  type        = string
}

variable "staging_bucket" {
  description = "Name of the staging bucket. Names of buckets are global."
  type        = string
}

variable "crashes_bucket" {
  description = "Name of the bucket for crashes."
  type        = string
}

variable "crashes_lifecycle" {
  description = "A file of ../aws with the life cycle of crashes, or crashes-lifecycle-cold.json, which moves large dumps to a colder class."
  type        = string
  default     = "crashes-lifecycle.json"
}

variable "name" {
  description = "Full name of the release, `antenna` if the release is called so: the prefix of queues, roles and ServiceAccounts."
  type        = string
  default     = "antenna"
}

variable "namespace" {
  description = "Namespace of the release."
  type        = string
  default     = "antenna"
}

variable "cluster" {
  description = "Name of the EKS cluster for Pod Identity. Null with IRSA."
  type        = string
  default     = null
}

variable "oidc_provider_arn" {
  description = "ARN of the cluster's OIDC provider, for IRSA instead of Pod Identity."
  type        = string
  default     = null

  validation {
    condition     = (var.oidc_provider_arn == null) != (var.cluster == null)
    error_message = "Set either cluster, for EKS Pod Identity, or oidc_provider_arn, for IRSA."
  }
}

variable "processor" {
  description = "Whether there is a role for the optional processor."
  type        = bool
  default     = false
}

variable "crash_stats" {
  description = "Whether there is a role for the optional Crash Stats."
  type        = bool
  default     = false
}

variable "crash_index_arn" {
  description = "ARN of a domain of Amazon OpenSearch Service with the index of crashes. Null: OpenSearch is elsewhere, or requests are not signed."
  type        = string
  default     = null
}

variable "keda" {
  description = "Namespace and ServiceAccount of KEDA's operator, which reads the length of the queues. Null without KEDA."
  type = object({
    namespace       = optional(string, "keda")
    service_account = optional(string, "keda-operator")
  })
  default = {}
}
