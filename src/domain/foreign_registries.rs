//! Registries of others, where no ATCR can run.

const HOSTS: [&str; 36] = [
    "docker.io",
    "index.docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
    "hub.docker.com",
    "ghcr.io",
    "docker.pkg.github.com",
    "quay.io",
    "gcr.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.gitlab.com",
    "registry.k8s.io",
    "registry.access.redhat.com",
    "registry.redhat.io",
    "registry.connect.redhat.com",
    "registry.fedoraproject.org",
    "registry.suse.com",
    "registry.opensuse.org",
    "container-registry.oracle.com",
    "nvcr.io",
    "icr.io",
    "lscr.io",
    "cgr.dev",
    "dhi.io",
    "codeberg.org",
    "docker.elastic.co",
    "docker.gitea.com",
    "registry.digitalocean.com",
    "registry.fly.io",
    "registry.heroku.com",
    "registry.terraform.io",
    "registry.npmjs.org",
    "registry.ollama.ai",
    "xpkg.upbound.io",
    "ttl.sh",
];

/// What their customers' hosts end in.
const DOMAINS: [&str; 15] = [
    ".docker.io",
    ".gcr.io",
    ".pkg.dev",
    ".amazonaws.com",
    ".amazonaws.com.cn",
    ".azurecr.io",
    ".azurecr.cn",
    ".icr.io",
    ".ocir.io",
    ".jfrog.io",
    ".cloudsmith.io",
    ".aliyuncs.com",
    ".tencentyun.com",
    ".scw.cloud",
    ".vultrcr.com",
];

/// Whether the host, with or without a port, is known to be another company's. Nobody can be logged in to ATCR there.
pub fn is_foreign_registry(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let name = host.strip_suffix(":443").unwrap_or(&host);
    HOSTS.contains(&name) || DOMAINS.iter().any(|domain| name.ends_with(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registries_of_others_are_known_by_their_hosts() {
        for (host, expected) in [
            ("ghcr.io", true),
            ("GHCR.io:443", true),
            ("index.docker.io", true),
            ("us-docker.pkg.dev", true),
            ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", true),
            ("company.azurecr.io", true),
            ("atcr.io", false),
            ("buoy.cr", false),
            ("ghcr.io.example", false),
            ("myghcr.io", false),
            ("ghcr.io:5000", false),
            ("localhost:5000", false),
        ] {
            assert_eq!(is_foreign_registry(host), expected, "{host}");
        }
    }
}
