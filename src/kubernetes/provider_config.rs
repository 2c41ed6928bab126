//! What makes the kubelet ask this program: `CredentialProviderConfig` of kubelet.config.k8s.io/v1.

use std::fmt;

use serde_json::Value;

use super::GROUP;

/// The one provider that is this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// The registries it is asked for: hosts, with the ports that they have in images' names.
    pub hosts: Vec<String>,
    /// What its environment has besides the kubelet's own, where no home folder may be.
    pub environment: Vec<(&'static str, String)>,
}

/// As YAML, which kubelets read. JSON's texts are YAML's too, whatever is in them.
impl fmt::Display for ProviderConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| Value::from(text).to_string();
        writeln!(f, "apiVersion: kubelet.config.k8s.io/v1")?;
        writeln!(f, "kind: CredentialProviderConfig")?;
        writeln!(f, "providers:")?;
        writeln!(f, "  - name: docker-credential-atcr")?;
        writeln!(f, "    apiVersion: {GROUP}/v1")?;
        writeln!(f, "    args: [\"kubelet\"]")?;
        writeln!(f, "    matchImages:")?;
        for host in &self.hosts {
            writeln!(f, "      - {}", quoted(host))?;
        }
        // Each answer brings its own; this one has to be there.
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
