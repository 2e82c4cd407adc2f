terraform {
  required_version = ">= 1.8"
  required_providers {
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.38"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "~> 3.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
    random = {
      source  = "hashicorp/random"
      version = "~> 3.6"
    }
  }
}

provider "kubernetes" {
  config_path    = var.kubeconfig
  config_context = var.kube_context
}

provider "helm" {
  kubernetes = {
    config_path    = var.kubeconfig
    config_context = var.kube_context
  }
}

# Credentials come from the environment (AWS_PROFILE, AWS_ACCESS_KEY_ID, …). Where neither a bucket nor a record is wanted, none are
# asked for: the provider is set up all the same, with a key that is never used.
provider "aws" {
  region                      = var.aws_region
  access_key                  = local.uses_aws ? null : "unused"
  secret_key                  = local.uses_aws ? null : "unused"
  skip_credentials_validation = !local.uses_aws
  skip_requesting_account_id  = !local.uses_aws
  skip_metadata_api_check     = local.uses_aws ? null : true
}
