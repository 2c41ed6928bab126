# The released binary. Install with `nix-env -i -f docker-credential-atcr.nix`, or `callPackage` it with your own nixpkgs.
{ pkgs ? import <nixpkgs> { } }:
let
  version = "@VERSION@";
  platforms = {
    x86_64-linux = { name = "Linux_x86_64"; sha256 = "@SHA256_Linux_x86_64@"; };
    aarch64-linux = { name = "Linux_arm64"; sha256 = "@SHA256_Linux_arm64@"; };
    x86_64-darwin = { name = "Darwin_x86_64"; sha256 = "@SHA256_Darwin_x86_64@"; };
    aarch64-darwin = { name = "Darwin_arm64"; sha256 = "@SHA256_Darwin_arm64@"; };
  };
  platform = platforms.${pkgs.stdenv.hostPlatform.system};
in
pkgs.stdenvNoCC.mkDerivation {
  pname = "docker-credential-atcr";
  inherit version;
  src = pkgs.fetchurl {
    url = "https://github.com/atcr-io/docker-credential-atcr/releases/download/v${version}/docker-credential-atcr_${version}_${platform.name}.tar.gz";
    inherit (platform) sha256;
  };
  sourceRoot = ".";
  nativeBuildInputs = [ pkgs.installShellFiles ];
  dontBuild = true;
  dontStrip = true;
  installPhase = ''
    runHook preInstall
    install -Dm755 docker-credential-atcr -t $out/bin
    installManPage man/*
    installShellCompletion completions/{docker-credential-atcr.bash,docker-credential-atcr.fish,_docker-credential-atcr}
    runHook postInstall
  '';
  meta = {
    description = "Docker credential helper for ATCR, the container registry on the AT Protocol";
    homepage = "https://github.com/atcr-io/docker-credential-atcr";
    license = pkgs.lib.licenses.mit;
    mainProgram = "docker-credential-atcr";
    platforms = builtins.attrNames platforms;
    sourceProvenance = [ pkgs.lib.sourceTypes.binaryNativeCode ];
  };
}
