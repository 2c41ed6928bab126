class DockerCredentialAtcr < Formula
  desc "Docker credential helper for ATCR, the container registry on the AT Protocol"
  homepage "https://atcr.io"
  version "@VERSION@"
  license "MIT"

  on_macos do
    on_arm do
      url "https://github.com/atcr-io/docker-credential-atcr/releases/download/v@VERSION@/docker-credential-atcr_@VERSION@_Darwin_arm64.tar.gz"
      sha256 "@SHA256_Darwin_arm64@"
    end
    on_intel do
      url "https://github.com/atcr-io/docker-credential-atcr/releases/download/v@VERSION@/docker-credential-atcr_@VERSION@_Darwin_x86_64.tar.gz"
      sha256 "@SHA256_Darwin_x86_64@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/atcr-io/docker-credential-atcr/releases/download/v@VERSION@/docker-credential-atcr_@VERSION@_Linux_arm64.tar.gz"
      sha256 "@SHA256_Linux_arm64@"
    end
    on_intel do
      url "https://github.com/atcr-io/docker-credential-atcr/releases/download/v@VERSION@/docker-credential-atcr_@VERSION@_Linux_x86_64.tar.gz"
      sha256 "@SHA256_Linux_x86_64@"
    end
  end

  def install
    bin.install "docker-credential-atcr"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/docker-credential-atcr.bash" => "docker-credential-atcr"
    zsh_completion.install "completions/_docker-credential-atcr"
    fish_completion.install "completions/docker-credential-atcr.fish"
  end

  def caveats
    "To log in, and to have Docker use it, run: docker-credential-atcr login"
  end

  test do
    assert_match "docker-credential-atcr v#{version}", shell_output("#{bin}/docker-credential-atcr version")
    # As Docker asks: an account's registries, of which a new home has none.
    assert_equal "{}", shell_output("#{bin}/docker-credential-atcr list").strip
  end
end
