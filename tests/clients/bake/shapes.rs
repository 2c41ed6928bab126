//! Five shapes of bake files: what tags are made of, and where they stand.

use crate::clients::shape::Shape;

pub const VARIABLES: Shape = Shape {
    words: &[],
    environment: &[("TAG", "1")],
    files: &[(
        "docker-bake.hcl",
        r#"variable "REPOSITORY" { default = "REGISTRY/OWNER" }
variable "TAG" { default = "latest" }
group "default" { targets = ["app"] }
target "common" {
  context = "."
  tags = ["${REPOSITORY}/app:${TAG}"]
}
target "app" { inherits = ["common"] }
"#,
    )],
};

pub const FUNCTIONS: Shape = Shape {
    words: &[],
    environment: &[],
    files: &[(
        "docker-bake.hcl",
        r#"variable "TAGS" { default = "1,2" }
variable "REF" { default = "" }
function "image" {
  params = [tag]
  result = join("/", ["REGISTRY", "OWNER", format("app:%s", tag)])
}
target "default" {
  tags = concat([for tag in split(",", TAGS) : image(tag)], notequal("", REF) ? [image(REF)] : [])
  labels = { "org.opencontainers.image.base.name" = "REGISTRY/another.example/base" }
}
"#,
    )],
};

pub const JSON: Shape = Shape {
    words: &["--file", "images.json", "release"],
    environment: &[],
    files: &[(
        "images.json",
        r#"{"variable": {"NAME": {"default": "app"}},
  "group": {"release": {"targets": ["one"]}},
  "target": {"one": {"output": ["type=registry"], "tags": ["REGISTRY/OWNER/${NAME}:1"]},
    "other": {"tags": ["REGISTRY/another.example/app"]}}}
"#,
    )],
};

/// As docker/metadata-action makes them.
pub const OVERRIDE: Shape = Shape {
    words: &[],
    environment: &[],
    files: &[
        (
            "docker-bake.hcl",
            r#"target "docker-metadata-action" {}
target "default" {
  inherits = ["docker-metadata-action"]
  matrix = { version = ["1"] }
  name = "app-${version}"
}
"#,
        ),
        ("docker-bake.override.json", r#"{"target": {"docker-metadata-action": {"tags": ["REGISTRY/OWNER/app:1"]}}}"#),
    ],
};

pub const COMPOSE: Shape = Shape {
    words: &["-f", "docker-compose.yml", "app"],
    environment: &[],
    files: &[
        (".env", "ACCOUNT=OWNER\n"),
        (
            "docker-compose.yml",
            "services:
  app:
    image: REGISTRY/${ACCOUNT}/app:1
    build: .
  database:
    image: REGISTRY/another.example/database
",
        ),
    ],
};
