//! The images that stand in the files which a client reads, alone or beside its words.

use crate::support::{AppView, EVAN, Home, MICHELLE, Run, two_accounts, two_accounts_none_active};

/// A file in the folder `work`; `H` is the registry, `A` is Evan's handle and `B` is Michelle's.
fn write(appview: &AppView, home: &Home, name: &str, content: &str) {
    home.write(&format!("work/{name}"), filled_in(appview, content));
}

fn filled_in(appview: &AppView, text: &str) -> String {
    let text = text.replace("H/A/", &format!("H/{EVAN}/")).replace("H/B/", &format!("H/{MICHELLE}/"));
    text.replace("H/", &format!("{}/", appview.host()))
}

fn get(appview: &AppView, home: &Home, ancestors: &[&str]) -> Run {
    let lines: Vec<String> = ancestors.iter().map(|line| filled_in(appview, line)).collect();
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split(' ').collect()).collect();
    let words: Vec<&[&str]> = words.iter().map(Vec::as_slice).collect();
    home.verb("get", appview.host()).in_folder(home.path("work")).under(&words)
}

#[track_caller]
fn answers(appview: &AppView, home: &Home, ancestors: &[&str], handle: &str) {
    get(appview, home, ancestors).stdout(home.credential(appview, handle, &appview.host())).check();
}

/// With the Dockerfile of its services.
fn write_compose_file(appview: &AppView, home: &Home, content: &str) {
    write(appview, home, "compose.yaml", content);
    write(appview, home, "Dockerfile", "FROM scratch\n");
}

const PUSHED_BY_EVAN: &str = "services:\n  web:\n    image: H/A/web\n    build: .\n";

/// As they run themselves anew without root's rights.
#[test]
fn a_client_in_a_user_namespace_is_the_same_client() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "Dockerfile", "FROM H/A/base\n");
    for line in
        ["buildah-in-a-user-namespace bud .", "/usr/bin/buildah-in-a-user-namespace --storage-driver vfs bud -q ."]
    {
        answers(&appview, &home, &[line], EVAN);
    }
}

#[test]
fn a_compose_file_names_the_account() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    for line in
        ["docker-compose compose push", "docker compose -f compose.yaml build --push", "docker-compose push web"]
    {
        answers(&appview, &home, &[line, "sh"], EVAN);
    }
    let chain = ["docker-buildx bake --file - --progress rawjson", "docker-compose compose build --push"];
    answers(&appview, &home, &chain, EVAN);
}

#[test]
fn a_compose_file_from_powershell_names_the_account() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, "");
    let text = format!("\u{feff}{}", filled_in(&appview, PUSHED_BY_EVAN));
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    home.write("work/compose.yaml", utf16);
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
}

#[test]
fn a_dockerfile_and_a_chart_name_the_account() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "Dockerfile", "FROM H/A/base\n");
    write(
        &appview,
        &home,
        "Chart.yaml",
        "apiVersion: v2\nname: x\nversion: 1.0.0\ndependencies:\n- name: y\n  version: 1.0.0\n  repository: oci://H/A/charts\n",
    );
    answers(&appview, &home, &["docker-buildx buildx build -t H/B/app ."], EVAN);
    answers(&appview, &home, &["helm dependency update ."], EVAN);
    answers(&appview, &home, &["docker-buildx buildx build --push -t H/B/app ."], MICHELLE);
}

const PUSHED_BY_A_VARIABLE: &str = "variable \"OWNER\" { default = \"A\" }\nfunction \"tag\" {\n  params = [name]\n  \
    result = [\"H/${OWNER == \"A\" ? \"E\" : \"M\"}/${name}\"]\n}\ntarget \"default\" {\n  tags = tag(\"web\")\n}\n";

#[test]
fn a_bake_file_names_the_account() {
    let (appview, home) = two_accounts();
    let hcl =
        PUSHED_BY_A_VARIABLE.replace("\"E\"", &format!("\"{EVAN}\"")).replace("\"M\"", &format!("\"{MICHELLE}\""));
    write(&appview, &home, "docker-bake.hcl", &hcl);
    answers(&appview, &home, &["docker-buildx buildx bake --push", "docker buildx bake --push"], EVAN);
    answers(&appview, &home, &["docker-buildx bake --push --var OWNER=B"], MICHELLE);
    write(&appview, &home, "docker-bake.hcl", "target \"default\" {\n  tags = [nowhere(\"H/A/web\")]\n}\n");
    answers(&appview, &home, &["docker-buildx bake --push"], MICHELLE);
}

/// What is set for a target that is not built is not pushed.
#[test]
fn what_bake_is_told_by_its_words_counts_with_its_files() {
    let (appview, home) = two_accounts();
    let hcl = "target \"b\" {\n  tags = [\"H/A/b\"]\n}\ntarget \"d\" {\n  tags = [\"H/other/d\"]\n}\n";
    write(&appview, &home, "docker-bake.hcl", hcl);
    answers(&appview, &home, &["docker-buildx buildx bake --push --set d.tags=H/B/s b"], EVAN);
    answers(&appview, &home, &["docker-buildx buildx bake --push --set d.tags=H/B/s d"], MICHELLE);
    answers(&appview, &home, &["docker-buildx buildx bake --push --set b.tags=H/B/s b"], MICHELLE);
    answers(&appview, &home, &["docker-buildx buildx bake --push --set b.tags=H/A/s https://git.example/x.git"], EVAN);
}

#[test]
fn a_bake_file_that_pushes_as_two_accounts_is_an_error() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "docker-bake.hcl", "target \"default\" {\n  tags = [\"H/A/web\", \"H/B/web\"]\n}\n");
    get(&appview, &home, &["docker-buildx buildx bake --push"])
        .fails_with(&format!(
            "docker-bake.hcl pushes images of {EVAN} and {MICHELLE}, and one command can push as one account only; name \
             the targets of one account, then those of the other: docker buildx bake --push TARGET"
        ))
        .check();
}

#[test]
fn what_a_file_pushes_outranks_what_the_words_read() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    answers(&appview, &home, &["docker-compose compose build --push --build-arg BASE=H/B/base"], EVAN);
}

/// Scripts and `make` are about anything; only the client pushes.
#[test]
fn a_clients_file_outranks_the_words_above_it() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    write(&appview, &home, "docker-bake.hcl", "target \"default\" {\n  tags = [\"H/A/web\"]\n}\n");
    write(&appview, &home, "base/Dockerfile", "FROM H/A/base\n");
    let clients = [
        "docker-compose compose push",
        "docker-compose compose build --push",
        "docker-buildx buildx bake --push",
        "docker-buildx buildx build --push -t elsewhere.example/web base",
        "podman build base",
    ];
    let above = [
        "bash ./deploy.sh push H/B/base",
        "make IMAGE=H/B/base push",
        "make push H/B/base",
        "python3 ci.py push H/B/base",
        "./release --push --tag H/B/base",
        "git push http://H/B/repo",
        "npm run push -- H/B/base",
        "npm run push H/B/base",
        "just push H/B/base",
        "skaffold run --default-repo H/B/apps",
        "sudo -E ./deploy.sh copy H/B/x H/B/y",
        "env IMAGE=H/B/base docker push H/B/base",
        "xargs docker push H/B/base",
        "docker run H/B/ci",
        "docker push H/B/base",
    ];
    for client in clients {
        for above in above {
            answers(&appview, &home, &[client, above], EVAN);
        }
        answers(&appview, &home, &[client, "sh -c x", "timeout 60 ./run", "make push H/B/base"], EVAN);
    }
}

#[test]
fn what_stands_above_counts_where_the_client_says_nothing() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, "services:\n  web:\n    image: elsewhere.example/web\n    build: .\n");
    for client in ["docker-compose compose push", "docker-buildx bake --push -f -", "dockerd", "sh -c x"] {
        answers(&appview, &home, &[client, "make push H/A/base"], EVAN);
        answers(&appview, &home, &[client, "sh -c x", "python3 ci.py push H/A/base"], EVAN);
    }
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    answers(&appview, &home, &["dockerd", "docker compose push", "make push H/B/base"], EVAN);
}

#[test]
fn what_a_client_only_reads_outranks_what_is_pushed_above_it() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "compose.yaml", "services:\n  web:\n    image: H/A/web\n");
    answers(&appview, &home, &["docker-compose compose pull", "make push H/B/base"], EVAN);
    write(&appview, &home, "compose.yaml", "services:\n  web:\n    image: H/carol.test/web\n");
    answers(&appview, &home, &["docker-compose compose pull", "make push H/A/base"], MICHELLE);
}

#[test]
fn the_reason_tells_the_file() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    get(&appview, &home, &["docker-compose compose push"])
        .env("ATCR_DEBUG", "1")
        .any_stdout()
        .stderr_has(&[&format!("{EVAN} (pushed by compose.yaml)")])
        .check();
}

#[test]
fn a_file_that_is_given_up_on_is_told() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, &format!("{PUSHED_BY_EVAN}# {}\n", "x".repeat(1 << 20)));
    let why = format!("{} decides nothing: it is larger than 1 MiB", home.path("work").join("compose.yaml").display());
    get(&appview, &home, &["docker-compose compose push"])
        .env("ATCR_DEBUG", "1")
        .stdout(home.credential(&appview, MICHELLE, &appview.host()))
        .stderr_has(&[&format!("atcr: {why}\n"), &format!("{MICHELLE} (active)")])
        .check();
    let (appview, home) = two_accounts_none_active();
    write_compose_file(&appview, &home, &format!("{PUSHED_BY_EVAN}# {}\n", "x".repeat(1 << 20)));
    let why = format!("{} decides nothing: it is larger than 1 MiB", home.path("work").join("compose.yaml").display());
    let host = appview.host();
    get(&appview, &home, &["docker-compose compose push"])
        .fails_with(&format!(
            "several accounts for {host} ({EVAN}, {MICHELLE}), none of them active, and {why}; run: \
             docker-credential-atcr switch --registry {host}"
        ))
        .check();
}

#[test]
fn a_file_that_pushes_as_two_accounts_is_an_error() {
    let two = format!("{PUSHED_BY_EVAN}  worker:\n    image: H/B/worker\n    build: .\n");
    for (appview, home) in [two_accounts(), two_accounts_none_active()] {
        write_compose_file(&appview, &home, &two);
        for (chain, command) in [
            (&["docker-compose compose push", "docker compose push"][..], "docker compose push SERVICE"),
            (&["python3 /usr/bin/docker-compose push"], "docker-compose push SERVICE"),
            (&["docker-compose -f compose.yaml push"], "docker-compose push SERVICE"),
            (
                &["docker-buildx bake --file -", "docker-compose compose build --push"],
                "docker compose build --push SERVICE",
            ),
        ] {
            get(&appview, &home, chain)
                .fails_with(&format!(
                    "compose.yaml pushes images of {EVAN} and {MICHELLE}, and one command can push as one account only; \
                     name the services of one account, then those of the other: {command}"
                ))
                .check();
        }
        answers(&appview, &home, &["docker-compose compose push web"], EVAN);
    }
}

/// Of each service the Dockerfile is read, too, and one may have a comment in another encoding.
#[test]
fn many_dockerfiles_leave_the_pushed_images_their_owner() {
    let (appview, home) = two_accounts();
    let service = |at| format!("  s{at}:\n    build: s{at}\n    image: H/A/s{at}\n");
    let services = format!("services:\n{}", (0..20).map(service).collect::<String>());
    for at in 0..20 {
        home.write(&format!("work/s{at}/Dockerfile"), b"# caf\xe9\nFROM scratch\n");
    }
    write_compose_file(&appview, &home, &services);
    answers(&appview, &home, &["docker-compose compose build --push"], EVAN);
}

/// What is pushed stands in the compose file. What a build reads may stand where nobody can tell.
#[test]
fn a_dockerfile_that_can_not_be_read_leaves_the_pushed_images_their_owner() {
    let (appview, home) = two_accounts();
    let long = format!("FROM scratch\n{}", "#".repeat(1 << 20));
    for dockerfile in ["# syntax=example.com/mopy\napiVersion: v1\npython: 3.12\n", "FROM scratch\nNEWER x\n", &long] {
        write_compose_file(&appview, &home, PUSHED_BY_EVAN);
        home.write("work/Dockerfile", dockerfile);
        answers(&appview, &home, &["docker-compose compose build --push"], EVAN);
    }
    for compose in [
        "include: [\"oci://example.com/project\"]\n",
        "include: [\"https://git.example/project.git\"]\n",
        "include: [large.yaml]\n",
    ] {
        home.write("work/large.yaml", "#".repeat((1 << 20) + 1));
        let services = format!("{PUSHED_BY_EVAN}    depends_on: [elsewhere]\n");
        write_compose_file(&appview, &home, &format!("{compose}{services}"));
        answers(&appview, &home, &["docker-compose compose push"], EVAN);
        answers(&appview, &home, &["docker-compose compose push web elsewhere"], EVAN);
    }
    let extending =
        PUSHED_BY_EVAN.replace("    build: .\n", "    extends: {file: \"https://git.example/x.git\", service: x}\n");
    write_compose_file(&appview, &home, &format!("{extending}  api:\n    image: H/A/api\n    build: .\n"));
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
}

/// One on standard input, on another machine or over the bounds decides nothing; the others are read.
#[test]
fn a_file_that_can_not_be_read_leaves_the_others() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    home.write("work/large.yaml", "#".repeat((1 << 20) + 1));
    // What compose's parser takes and ours does not.
    home.write("work/flow.yaml", "services: {\nweb: {labels: {a: b}},\n}\n");
    for files in [
        "-f compose.yaml -f flow.yaml",
        "-f flow.yaml -f compose.yaml",
        "-f compose.yaml -f -",
        "-f - -f compose.yaml",
        "-f compose.yaml -f oci://example.com/more",
        "-f https://git.example/x.git --file=compose.yaml",
        "-f compose.yaml -f large.yaml",
        "-f large.yaml -f compose.yaml",
    ] {
        answers(&appview, &home, &[&format!("docker-compose compose {files} push")], EVAN);
    }
    answers(&appview, &home, &["docker-compose compose -f - push"], MICHELLE);
    let extending = format!("{PUSHED_BY_EVAN}  x:\n    extends: {{file: large.yaml, service: x}}\n");
    write_compose_file(&appview, &home, &extending);
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
    answers(&appview, &home, &["docker-compose compose push web", "make push H/B/base"], EVAN);
    let including = format!("{PUSHED_BY_EVAN}include: [{{path: b.yaml, env_file: large.yaml}}]\n");
    write_compose_file(&appview, &home, &including);
    write(&appview, &home, "b.yaml", "services: {}\n");
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
    let hcl = "target \"default\" {\n  tags = [\"H/A/web\"]\n}\n";
    write(&appview, &home, "docker-bake.hcl", hcl);
    home.write("work/compose.yaml", "#".repeat((1 << 20) + 1));
    home.write("work/large.hcl", "#".repeat((1 << 20) + 1));
    for files in
        ["", " -f docker-bake.hcl -f -", " -f large.hcl -f docker-bake.hcl", " -f oci://x.example/y -f docker-bake.hcl"]
    {
        answers(&appview, &home, &[&format!("docker-buildx buildx bake --push{files}")], EVAN);
    }
    answers(&appview, &home, &["docker-buildx buildx bake --push -f -"], MICHELLE);
}

/// Whoever can write to a file of a project would choose whose account pushes it.
#[cfg(unix)]
#[test]
fn a_file_that_others_can_change_decides_nothing() {
    let (appview, home) = two_accounts();
    let hcl = "target \"default\" {\n  tags = [\"H/A/web\"]\n}\n";
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    write(&appview, &home, "docker-bake.hcl", hcl);
    write(&appview, &home, "base/Dockerfile", "FROM H/A/base\n");
    for (file, line) in [
        ("compose.yaml", "docker-compose compose push"),
        ("docker-bake.hcl", "docker-buildx buildx bake --push -f docker-bake.hcl"),
        ("base/Dockerfile", "docker build base"),
    ] {
        let name = format!("work/{file}");
        answers(&appview, &home, &[line], EVAN);
        home.set_mode(&name, 0o666);
        let why = format!("{file} decides nothing: ");
        let run = get(&appview, &home, &[line]).env("ATCR_DEBUG", "1");
        run.stdout(home.credential(&appview, MICHELLE, &appview.host())).stderr_has(&[&why]).check();
        home.set_mode(&name, 0o664);
    }
    // What is not known of the variables leaves the images without any.
    write(&appview, &home, ".env", "X=A\n");
    home.set_mode("work/.env", 0o666);
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
    let unknown =
        ["H/${X}/web", "H/${X:-A}/web", "H/${X:+B/}A/web", "H/${X+B/}A/web", "H/${COMPOSE_PROJECT_NAME:-A}/web"];
    for image in unknown {
        write_compose_file(&appview, &home, &PUSHED_BY_EVAN.replace("H/A/web", image));
        answers(&appview, &home, &["docker-compose compose push"], MICHELLE);
    }
    // The owner stands there all the same.
    for image in ["H/A/web:${TAG}", "H/A/${X}", "H/A/${COMPOSE_PROJECT_NAME}-web", "H/A/web:${X:-latest}"] {
        write_compose_file(&appview, &home, &PUSHED_BY_EVAN.replace("H/A/web", image));
        answers(&appview, &home, &["docker-compose compose push"], EVAN);
    }
    // It may say otherwise than the files beside it.
    let by_variable = PUSHED_BY_EVAN.replace("H/A/web", "H/${WHO}/web");
    write(&appview, &home, "good.env", "WHO=A\n");
    write(&appview, &home, "inc/.env", "WHO=A\n");
    write(&appview, &home, "inc/c.yaml", &by_variable);
    write_compose_file(&appview, &home, &by_variable);
    home.write("work/good.env", format!("WHO={EVAN}\n"));
    home.write("work/inc/.env", format!("WHO={EVAN}\n"));
    answers(&appview, &home, &["docker-compose compose --env-file good.env push"], EVAN);
    answers(&appview, &home, &["docker-compose compose --env-file good.env --env-file .env push"], MICHELLE);
    write_compose_file(&appview, &home, "include: [inc/c.yaml]\n");
    answers(&appview, &home, &["docker-compose compose push"], MICHELLE);
    home.set_mode("work/.env", 0o644);
    answers(&appview, &home, &["docker-compose compose push"], EVAN);
    // The name of a project may stand in it, for bake too; and of a stack the rest may be anybody's.
    let by_name = PUSHED_BY_EVAN.replace("H/A/web", "H/${COMPOSE_PROJECT_NAME}/web");
    write_compose_file(&appview, &home, &by_name);
    home.write("work/.env", format!("COMPOSE_PROJECT_NAME={EVAN}\n"));
    std::fs::remove_file(home.path("work/docker-bake.hcl")).unwrap();
    answers(&appview, &home, &["docker-buildx buildx bake --push"], EVAN);
    home.set_mode("work/.env", 0o666);
    answers(&appview, &home, &["docker-buildx buildx bake --push"], MICHELLE);
    write(&appview, &home, "stack.yaml", "services: {web: {image: H/A/web}}\n");
    answers(&appview, &home, &["docker stack deploy -c stack.yaml x"], EVAN);
    answers(&appview, &home, &["docker stack deploy -c stack.yaml -c - x"], MICHELLE);
}

/// Go's clients go by the text of a path, and believe `$PWD`.
#[cfg(unix)]
#[test]
fn a_link_on_the_way_leads_where_the_client_goes() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "real/compose.yaml", &PUSHED_BY_EVAN.replace("H/A", "H/B"));
    write(&appview, &home, "real/Dockerfile", "FROM H/B/base\n");
    write(&appview, &home, "fake/compose.yaml", PUSHED_BY_EVAN);
    write(&appview, &home, "fake/Dockerfile", "FROM H/A/base\n");
    std::fs::create_dir(home.path("work/real/s")).unwrap();
    std::os::unix::fs::symlink("../real/s", home.path("work/fake/s")).unwrap();
    for line in [
        "docker-compose compose -f fake/s/../compose.yaml push",
        "docker-compose compose --project-directory fake/s/.. -f fake/s/../compose.yaml build --push",
        "podman build fake/s/..",
        "buildah bud fake/s/..",
    ] {
        answers(&appview, &home, &[line], EVAN);
    }
    for line in ["docker-compose compose push", "podman build ..", "buildah bud .."] {
        let words: Vec<&str> = line.split(' ').collect();
        home.verb("get", appview.host())
            .in_folder(home.path("work/fake/s"))
            .env("PWD", home.path("work/fake/s"))
            .under(&[&words])
            .stdout(home.credential(&appview, EVAN, &appview.host()))
            .check();
    }
}

#[test]
fn what_nobody_else_can_read_is_told() {
    let (appview, home) = two_accounts();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    home.write("work/flow.yaml", "services: {\nweb: {build: .},\n}\n");
    home.write("work/broken.hcl", "target {");
    for (line, name, why) in [
        ("docker-compose compose -f - push", "-", "it is standard input"),
        ("docker-compose compose -f oci://example.com/x push", "oci://example.com/x", "it is on another machine"),
        ("docker build -f - .", "-", "it is standard input"),
        ("docker build -", "-", "it is standard input"),
        ("docker build https://git.example/x.git", "https://git.example/x.git", "it is on another machine"),
        ("docker-buildx buildx bake -f -", "-", "it is standard input"),
        ("docker-buildx buildx bake -f - -f compose.yaml gone", "-", "it is standard input"),
        (
            "docker-buildx buildx bake https://git.example/x.git",
            "https://git.example/x.git",
            "it is on another machine",
        ),
        ("docker stack deploy -c - x", "-", "it is standard input"),
        ("podman kube play -", "-", "it is standard input"),
        ("podman build -f https://git.example/x .", "https://git.example/x", "it is on another machine"),
        ("docker-compose compose -f gone.yaml push", "gone.yaml", "it does not exist"),
        ("docker-compose compose --env-file gone.env push", "gone.env", "it does not exist"),
        ("docker-buildx buildx bake -f gone.hcl", "gone.hcl", "it does not exist"),
        ("docker stack deploy -c gone.yaml x", "gone.yaml", "it does not exist"),
        ("docker-buildx buildx build -f gone .", "gone", "it does not exist"),
        ("podman kube play gone.yaml", "gone.yaml", "it does not exist"),
        ("docker-compose compose -f flow.yaml push", "flow.yaml", "it is not valid YAML"),
        ("docker-buildx buildx bake -f broken.hcl", "broken.hcl", "it, or what it refers to, is not understood"),
        ("docker-compose compose push gone", "compose.yaml", "it, or what it refers to, is not understood"),
        ("skopeo sync --src yaml --dest docker flow.yaml H/A", "flow.yaml", "it is not valid YAML"),
    ] {
        let is_here = name.contains('.') && !name.contains("://") || name == "gone";
        let name = if is_here { home.path("work").join(name).display().to_string() } else { name.to_owned() };
        let run = get(&appview, &home, &[line]).env("ATCR_DEBUG", "1").any_stdout();
        run.stderr_has(&[&format!("atcr: {name} decides nothing: {why}\n")]).check();
    }
    // What compose gives its builds is in its own files.
    let chain = ["docker-buildx bake --file - --progress rawjson", "docker-compose compose build"];
    let seen = get(&appview, &home, &chain).env("ATCR_DEBUG", "1").any_stdout().any_stderr().check();
    assert!(!seen.stderr.contains("decides nothing"), "{}", seen.stderr);
}

/// A path of Unix is bytes, and names in older encodings are on many disks.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_utf_8_names_the_account() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let (appview, home) = two_accounts();
    let folder = home.path("work").join(OsStr::from_bytes(b"caf\xe9"));
    std::fs::create_dir_all(&folder).unwrap();
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    std::fs::rename(home.path("work/compose.yaml"), folder.join(OsStr::from_bytes(b"\xe9.yaml"))).unwrap();
    std::fs::rename(home.path("work/Dockerfile"), folder.join("Dockerfile")).unwrap();
    let push = |words: &[&[u8]]| {
        let words: Vec<&OsStr> = words.iter().map(|word| OsStr::from_bytes(word)).collect();
        home.verb("get", appview.host()).in_folder(&folder).under_bytes(&words)
    };
    let expected = home.credential(&appview, EVAN, &appview.host());
    for words in [
        &[&b"docker-compose"[..], b"compose", b"-f", b"\xe9.yaml", b"push"][..],
        &[b"docker-compose", b"compose", b"-f", b"../caf\xe9/\xe9.yaml", b"build", b"--push"],
        &[b"docker-compose", b"compose", b"--project-directory", b"../caf\xe9", b"--file=\xe9.yaml", b"push"],
    ] {
        push(words).stdout(&expected).check();
    }
    let named_by_variable = push(&[b"docker-compose", b"compose", b"push"]);
    named_by_variable.env("COMPOSE_FILE", OsStr::from_bytes(b"\xe9.yaml")).stdout(&expected).check();
    let other = OsStr::from_bytes(b"\xe8.yaml");
    push(&[b"docker-compose", b"compose", b"push"])
        .env("COMPOSE_FILE", other)
        .stdout(home.credential(&appview, MICHELLE, &appview.host()))
        .check();
}

#[test]
fn a_file_that_pulls_as_two_accounts_uses_the_active_one() {
    let (appview, home) = two_accounts();
    write(&appview, &home, "compose.yaml", "services:\n  web:\n    image: H/A/web\n  db:\n    image: H/B/db\n");
    answers(&appview, &home, &["docker-compose compose pull"], MICHELLE);
    answers(&appview, &home, &["docker-compose compose pull web"], EVAN);
}

#[test]
fn an_own_image_in_a_file_keeps_the_failure() {
    let (appview, home) = two_accounts();
    appview.revoke(&home.secret(&appview, EVAN));
    let host = appview.host();
    let reason =
        format!("{host} rejected the credential of {EVAN}; run: docker-credential-atcr login {host} --account {EVAN}");
    write_compose_file(&appview, &home, PUSHED_BY_EVAN);
    get(&appview, &home, &["docker-compose compose push"]).fails_with(&reason).check();
}
