//! Five shapes of compose files. `image:` is written as in the wild: plain, quoted, with a comment, made of variables.

use crate::clients::shape::Shape;

pub const VARIABLES: Shape = Shape {
    words: &[],
    environment: &[("TAG", "1")],
    files: &[
        (".env", "HOST=REGISTRY\nACCOUNT='OWNER'\nTAG=from-the-file\n"),
        (
            "compose.yaml",
            "services:
  app:
    build: .
    image: ${HOST:?set HOST}/${ACCOUNT}/${NAME:-app}:${TAG}
    command: [/app]
    network_mode: none
",
        ),
    ],
};

pub const OVERRIDE: Shape = Shape {
    words: &[],
    environment: &[],
    files: &[
        (
            "docker-compose.yml",
            "services:
  app:
    image: stranger.example/app
    command: /app
    network_mode: none
",
        ),
        (
            "docker-compose.override.yml",
            "services:
  app:
    build:
      context: .
    image: \"REGISTRY/OWNER/app:1\"
",
        ),
    ],
};

pub const EXTENDS: Shape = Shape {
    words: &["--project-directory", "."],
    environment: &[],
    files: &[
        (
            "compose.yml",
            "x-service: &service
  command: [/app]
  network_mode: none
services:
  app:
    <<: *service
    extends:
      file: shared/base.yml
      service: base
",
        ),
        (
            "shared/base.yml",
            "services:
  base:
    build: ..
    image: REGISTRY/OWNER/app:1 # built by us
",
        ),
    ],
};

pub const INCLUDE: Shape = Shape {
    words: &[],
    environment: &[],
    files: &[
        ("docker-compose.yaml", "include:\n  - parts/app.yaml\n"),
        ("parts/.env", "WHERE=REGISTRY/OWNER\n"),
        (
            "parts/app.yaml",
            "services:
  app:
    build: { context: .. }
    image: ${WHERE}/app:1
    command: /app
    network_mode: none
",
        ),
    ],
};

pub const SEVERAL: Shape = Shape {
    words: &["-f", "base.yml", "--file=release.yml", "--profile", "release"],
    environment: &[],
    files: &[
        ("base.yml", "services:\n  app:\n    image: stranger.example/app\n    command: /app\n"),
        (
            "release.yml",
            "services:
  app:
    build: .
    image: 'REGISTRY/OWNER/app:1'
    profiles: [release]
    network_mode: none
  others:
    build: .
    image: REGISTRY/another.example/app
    profiles: [never]
",
        ),
    ],
};

/// Two services, of an owner each.
pub const TWO_OWNERS: &str = "services:
  evans:
    build: .
    image: REGISTRY/evan.jarrett.net/app:1
  michelles:
    build: .
    image: REGISTRY/michelle.jarrett.net/app:1
";
