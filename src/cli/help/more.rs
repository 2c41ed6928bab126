//! What the help says beside the options of a command: notes and examples.

/// A comment and a command line.
pub(super) type Example = (&'static str, &'static str);

/// What a command's help says after its options: notes and examples.
pub(super) const MORE: [(&str, &str, &[Example]); 11] = [
    (
        "login",
        "\
The new account becomes the active account; other accounts stay logged in. The
device secret is saved to ~/.atcr/device.json, readable only by you. With --store
NAME it is saved by docker-credential-NAME instead: osxkeychain (macOS), wincred
(Windows), secretservice or pass. Without a terminal the URL is printed and there
are no prompts.",
        &[
            ("Log in, and again to add another account", "docker-credential-atcr login"),
            ("Log in to another registry", "docker-credential-atcr login buoy.cr"),
            ("Log in over ssh and open the URL on any device", "docker-credential-atcr login --no-browser"),
            ("Store device secrets in the macOS keychain", "docker-credential-atcr login --store osxkeychain"),
            ("Log in with a device secret", "docker-credential-atcr login --with-token --account HANDLE < secret"),
        ],
    ),
    (
        "logout",
        "\
Removes the device secret from this machine. If other accounts are logged in, it
says which one counts from now on.",
        &[
            ("Log out; prompts for the account if there are several", "docker-credential-atcr logout"),
            ("Log out one account", "docker-credential-atcr logout atcr.io --account evan.jarrett.net"),
            ("Log out everywhere, in a script", "docker-credential-atcr logout --all --yes"),
        ],
    ),
    (
        "status",
        "\
Checks each account with its registry, all in parallel. Exits with 1 if an account
can't be used.",
        &[
            ("Show all registries and accounts", "docker-credential-atcr status"),
            ("Show cached results", "docker-credential-atcr status --offline"),
            (
                "Print the active accounts, in a script",
                "docker-credential-atcr status --json | jq '.. | select(.active?)'",
            ),
        ],
    ),
    (
        "switch",
        "\
The active account is used for images you don't own. Images you own always use the
account that owns them.",
        &[
            ("Switch to the other one of two accounts", "docker-credential-atcr switch"),
            ("Switch to an account", "docker-credential-atcr switch evan.jarrett.net --registry atcr.io"),
        ],
    ),
    (
        "which",
        "",
        &[("Show the account that pushes an image", "docker-credential-atcr which atcr.io/evan.jarrett.net/app:1")],
    ),
    (
        "token",
        "\
Asks the registry as Docker does, with the account that which shows. A token is
valid for minutes, and gives whoever has it what it allows.",
        &[
            ("Print a token to pull and push", "docker-credential-atcr token atcr.io/evan.jarrett.net/app"),
            ("Print what it allows", "docker-credential-atcr token --json IMAGE | jq .granted"),
        ],
    ),
    (
        "configure-docker",
        "\
Adds \"credHelpers\": { HOST: \"atcr\" } to Docker's config.json, which podman,
buildah and skopeo read too, and changes nothing else in it. A backup is saved
beside it. --remove undoes what is named with it, or else everything.

--repository adds { IMAGE: \"atcr-HANDLE\" } and the link docker-credential-atcr-HANDLE
beside this program: crane, cosign, kaniko and ko ask it for that repository, which
is then pushed as its owner even by a command that names several accounts.
--remove leaves that link where another user or config.json may need it.

--plugin makes this program Docker's CLI plugin: docker atcr status, and so on. After a
push or pull that was denied, Docker (26 or newer) then says on the terminal why.",
        &[
            ("Configure all registries you are logged in to", "docker-credential-atcr configure-docker"),
            ("Show what would change", "docker-credential-atcr configure-docker --dry-run"),
            ("In a Dockerfile or a pipeline", "docker-credential-atcr configure-docker --yes atcr.io"),
            (
                "Configure one repository for crane and the like",
                "docker-credential-atcr configure-docker --repository IMAGE",
            ),
            ("Make docker atcr work", "docker-credential-atcr configure-docker --plugin"),
            ("Remove the configuration", "docker-credential-atcr configure-docker --remove"),
        ],
    ),
    (
        "kubelet",
        "\
Reads a CredentialProviderRequest from stdin and prints the response to stdout, as
the kubelet's image credential providers do.",
        &[("Print the file for --image-credential-provider-config", "docker-credential-atcr kubelet --print-config")],
    ),
    (
        "doctor",
        "Exits with 1 if a push would fail.",
        &[
            ("Find problems and how to fix them", "docker-credential-atcr doctor"),
            ("Fix them, asking for each", "docker-credential-atcr doctor --fix"),
            (
                "Ask the registry whether you may push an image",
                "docker-credential-atcr doctor atcr.io/evan.jarrett.net/app",
            ),
        ],
    ),
    (
        "update",
        "\
Downloads the latest release for this machine, verifies its signature and checksum,
runs it once, and then replaces this program in one step, after confirmation. A
program that a package manager installed is left to the package manager. Releases
come from https://atcr.io, or the mirror in $ATCR_UPDATE_URL.",
        &[
            ("Check for a new version", "docker-credential-atcr update --check"),
            ("Update, in a script", "docker-credential-atcr update --yes"),
        ],
    ),
    (
        "completion",
        "",
        &[
            ("Install it for bash, zsh or fish", "docker-credential-atcr completion bash --install"),
            ("bash, in ~/.bashrc", "source <(docker-credential-atcr completion bash)"),
            ("zsh, in a folder of $fpath", "docker-credential-atcr completion zsh > ~/.zfunc/_docker-credential-atcr"),
            ("fish, in config.fish", "docker-credential-atcr completion fish | source"),
            ("PowerShell, in $PROFILE", "docker-credential-atcr completion powershell | Out-String | iex"),
            ("elvish, in rc.elv", "eval (docker-credential-atcr completion elvish | slurp)"),
        ],
    ),
];

pub(super) const ROOT_EXAMPLES: [Example; 3] = [
    ("Log in to atcr.io in your browser", "docker-credential-atcr login"),
    ("Push an image as the account in its name", "docker push atcr.io/evan.jarrett.net/app:1"),
    ("Show which account is used, and why", "docker-credential-atcr which atcr.io/evan.jarrett.net/app:1"),
];
