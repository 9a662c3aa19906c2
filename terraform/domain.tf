# The connect pages behind a name of yours, when connect_domain asks for it: it costs $18 a month (docs/apps/README.md
# compares what else there is). Links and redirect addresses go by it only once connect_host says so too, because before
# that there is no certificate; the pages answer at both names.

module "domain" {
  source = "./modules/domain"
  count  = var.connect_domain == null ? 0 : 1

  domain = var.connect_domain
  functions = { for name in [module.oauth_start.name, module.oauth_callback.name, module.platform_calls.name] : name => [
    "/${name}", "/${name}/*",
  ] }
  otherwise = module.oauth_start.name
  place     = local.place
}
