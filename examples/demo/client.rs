//! A small client that does what `docker push` does, for machines with no other: it gets the registry's credential from
//! the helper, exchanges it for a token, and uploads. It is a process of its own, started as `demo push IMAGE`, because
//! the helper reads the image's name from the command line of its caller.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use reqwest::{Client, RequestBuilder, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::appview::digest;
use crate::helper;
use crate::image::{Image, MANIFEST};
use crate::screen::say;

/// The output of `get` in Docker's credential helper protocol.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Credential {
    username: String,
    secret: String,
}

pub(crate) fn push(image: &str) -> Result<()> {
    let (host, rest) = image.split_once('/').context("an image's name is HOST/REPOSITORY:TAG")?;
    let (repository, tag) = rest.rsplit_once(':').context("an image's name is HOST/REPOSITORY:TAG")?;
    let credential = get_credential(host)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(upload(host, repository, tag, &credential))?;
    say("pushed");
    Ok(())
}

fn get_credential(host: &str) -> Result<Credential> {
    say(&format!("runs: echo {host} | {} get", helper::NAME));
    let mut helper = Command::new(helper::NAME);
    let mut helper = helper.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    helper.stdin.take().context("the helper has no stdin")?.write_all(host.as_bytes())?;
    let output = helper.wait_with_output()?;
    if !output.status.success() {
        bail!("the helper failed: {}", String::from_utf8_lossy(&output.stdout).trim());
    }
    let mut shown: Value = serde_json::from_slice(&output.stdout).context("the helper printed no JSON")?;
    shown["Secret"] = json!("...");
    say(&format!("gets, the secret left out here: {shown}"));
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn upload(host: &str, repository: &str, tag: &str, credential: &Credential) -> Result<()> {
    // Fails if a provider is installed already. http to loopback needs no certificates and no proxy.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().tls_certs_only([]).build()?;
    let scope = format!("repository:{repository}:pull,push");
    let service = host.split(':').next().unwrap_or_default();
    let request = client.get(format!("http://{host}/auth/token")).query(&[("service", service), ("scope", &scope)]);
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
        bail!("the registry returned {status}: {}", answer.text().await?);
    }
    Ok(answer)
}
