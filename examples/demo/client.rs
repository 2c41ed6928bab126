//! A little client that does what `docker push` does, for machines with no other: it asks the helper for the
//! registry's credential, trades that for a token, and uploads. It is a process of its own, started as
//! `demo push IMAGE`, because the helper reads the image's name from the command line of who asks.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::image::{Image, MANIFEST, digest};
use crate::screen::say;

/// The helper's answer, by Docker's credential-helper protocol.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credential {
    username: String,
    secret: String,
}

/// Pushes an image under this name: `HOST/REPOSITORY:TAG`.
pub(crate) fn push(image: &str) -> Result<()> {
    let (host, rest) = image.split_once('/').context("an image's name is HOST/REPOSITORY:TAG")?;
    let (repository, tag) = rest.rsplit_once(':').context("an image's name is HOST/REPOSITORY:TAG")?;
    let credential = ask_helper(host)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(upload(host, repository, tag, &credential))?;
    say("pushed");
    Ok(())
}

fn ask_helper(host: &str) -> Result<Credential> {
    say(&format!("asks docker-credential-atcr get: {host}"));
    let mut helper = Command::new("docker-credential-atcr");
    let mut helper = helper.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    helper.stdin.take().context("the helper has no stdin")?.write_all(host.as_bytes())?;
    let answer = helper.wait_with_output()?;
    if !answer.status.success() {
        bail!("the helper answers: {}", String::from_utf8_lossy(&answer.stdout).trim());
    }
    let mut shown: Value = serde_json::from_slice(&answer.stdout).context("the helper answered with no JSON")?;
    shown["Secret"] = json!("...");
    say(&format!("is answered, the secret left out here: {shown}"));
    Ok(serde_json::from_slice(&answer.stdout)?)
}

async fn upload(host: &str, repository: &str, tag: &str, credential: &Credential) -> Result<()> {
    // Refused if there is a provider already. Over http to loopback there is nobody to trust, and no proxy to pass.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().tls_certs_only([]).build()?;
    let scope = format!("repository:{repository}:pull,push");
    let request = client.get(format!("http://{host}/auth/token")).query(&[("service", host), ("scope", &scope)]);
    let answer = send(request.basic_auth(&credential.username, Some(&credential.secret))).await?;
    let answer: Value = answer.json().await?;
    let token = answer["token"].as_str().context("the registry gave no token")?;

    let base = format!("http://{host}/v2/{repository}");
    let image = Image::labelled(repository);
    for blob in image.blobs {
        let upload = client.post(format!("{base}/blobs/uploads/")).query(&[("digest", digest(&blob))]);
        send(upload.bearer_auth(token).body(blob)).await?;
    }
    let upload = client.put(format!("{base}/manifests/{tag}")).header("content-type", MANIFEST);
    send(upload.bearer_auth(token).body(image.manifest)).await?;
    Ok(())
}

async fn send(request: RequestBuilder) -> Result<Response> {
    let answer = request.send().await?;
    let status = answer.status();
    if !status.is_success() {
        bail!("the registry answers {status}: {}", answer.text().await?);
    }
    Ok(answer)
}
