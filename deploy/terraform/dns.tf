resource "aws_route53_record" "panel" {
  count   = var.dns == null || var.host == null ? 0 : 1
  zone_id = var.dns.zone_id
  name    = var.host
  # an address gets an address record, a name another name
  type    = can(regex("^[0-9.]+$", var.dns.target)) ? "A" : strcontains(var.dns.target, ":") ? "AAAA" : "CNAME"
  ttl     = var.dns.ttl
  records = [var.dns.target]
}
