//! `CredentialProviderConfig` of kubelet.config.k8s.io/v1, with this program as its one provider.

use std::fmt;

use serde_json::Value;

use super::request::API_VERSIONS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProviderConfig {
    /// With the ports that they have in images' names.
    pub(crate) hosts: Vec<String>,
    /// In addition to the kubelet's own, in which there may be no home folder.
    pub(crate) environment: Vec<(&'static str, String)>,
}

/// As YAML, of which JSON's strings are a part.
impl fmt::Display for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| Value::from(text).to_string();
        writeln!(f, "apiVersion: kubelet.config.k8s.io/v1")?;
        writeln!(f, "kind: CredentialProviderConfig")?;
        writeln!(f, "providers:")?;
        writeln!(f, "  - name: docker-credential-atcr")?;
        writeln!(f, "    apiVersion: {}", API_VERSIONS[0])?;
        writeln!(f, "    args: [\"kubelet\"]")?;
        writeln!(f, "    matchImages:")?;
        for host in &self.hosts {
            writeln!(f, "      - {}", quoted(host))?;
        }
        // Required, though each response brings its own.
        writeln!(f, "    defaultCacheDuration: \"0s\"")?;
        if !self.environment.is_empty() {
            writeln!(f, "    env:")?;
        }
        for (name, value) in &self.environment {
            writeln!(f, "      - name: {name}")?;
            writeln!(f, "        value: {}", quoted(value))?;
        }
        Ok(())
    }
}
