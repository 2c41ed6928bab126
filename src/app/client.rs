//! The client that asks, as far as its words and files tell whose images it means.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::PathBuf;

use crate::docker::clients::{Client, ClientFiles, GivenUp, may_read_images};
use crate::domain::{Access, Command, Identity, ImageOwner, RegistryUrl, find_owners_in, owner_of};
use crate::platform::ancestors::{Ancestor, ancestors};
use crate::platform::executable::is_same;
use crate::platform::os_text::text_of;

/// The processes above this one. The nearest whose words or files name an image says whose images are meant: what stands
/// above it, a script or `make`, can be about anything.
#[derive(Debug, Default)]
pub(crate) struct AskingClient {
    /// The account for which it started a helper, if it asks for one alone.
    account: Option<Identity>,
    walked: OnceCell<Walked>,
    /// The readers of files below the process whose words name an image, and that one itself if it reads some.
    nearer: OnceCell<Vec<Client>>,
    named: OnceCell<Vec<Client>>,
    files: ClientFiles,
    in_nearer_files: OnceCell<Vec<ImageOwner>>,
    in_named_files: OnceCell<Vec<ImageOwner>>,
}

/// Up to the nearest process whose words name an image.
#[derive(Debug, Default)]
struct Walked {
    ancestors: Vec<Ancestor>,
    /// The images in the words of the last. None: no words name one.
    owners: Option<Vec<ImageOwner>>,
    /// The last one certainly reads no files.
    is_last_without_files: bool,
    /// What the last one's words say is a part of what its files say: bake's `--set`, which may be for a target that is not
    /// built.
    is_last_in_files: bool,
}

impl Walked {
    fn walk(registry: &RegistryUrl) -> Self {
        let mut walked = Self::default();
        for ancestor in ancestors() {
            let is_end = ancestor.may_name(registry) && walked.finds_owners(&ancestor.words(), registry);
            walked.ancestors.push(ancestor);
            if is_end {
                break;
            }
        }
        walked
    }

    fn finds_owners(&mut self, words: &[Cow<'_, str>], registry: &RegistryUrl) -> bool {
        let command = Command::parse(words);
        let Some(owners) = find_owners_in(&command, words, registry) else { return false };
        // Where the words write, no files are read, and the question would be idle.
        let are_read = owners.iter().all(|owner| owner.access < Access::Written);
        self.is_last_without_files = are_read && command.reads_files() == Some(false);
        self.is_last_in_files = command.is_bake();
        self.owners = Some(owners);
        true
    }

    /// Those whose words name no image, and the one above them whose words do.
    fn split(&self) -> (&[Ancestor], Option<&Ancestor>) {
        match (&self.owners, self.ancestors.split_last()) {
            (Some(_), Some((named, nearer))) => (nearer, Some(named)),
            _ => (&self.ancestors, None),
        }
    }
}

impl AskingClient {
    pub(crate) fn new(account: Option<Identity>) -> Self {
        Self { account, ..Self::default() }
    }

    pub(crate) fn account(&self) -> Option<&Identity> {
        self.account.as_ref()
    }

    fn walked(&self, registry: &RegistryUrl) -> &Walked {
        self.walked.get_or_init(|| Walked::walk(registry))
    }

    /// The owners of the images that its words name.
    pub(crate) fn in_words(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        let walked = self.walked(registry);
        let are_in_files = walked.is_last_in_files && !self.in_named_files(registry).is_empty();
        if self.in_nearer_files(registry).is_empty() && !are_in_files {
            walked.owners.as_deref().unwrap_or_default()
        } else {
            &[]
        }
    }

    /// The owners of the images in its files.
    pub(crate) fn in_files(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        let in_nearer = self.in_nearer_files(registry);
        if in_nearer.is_empty() { self.in_named_files(registry) } else { in_nearer }
    }

    fn in_nearer_files(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        self.in_nearer_files.get_or_init(|| self.read(self.nearer(registry), registry))
    }

    fn in_named_files(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        self.in_named_files.get_or_init(|| self.read(self.named(registry), registry))
    }

    fn read(&self, clients: &[Client], registry: &RegistryUrl) -> Vec<ImageOwner> {
        if clients.is_empty() { Vec::new() } else { self.files.owners(clients, registry) }
    }

    /// A file that decided nothing, of those that were read.
    pub(crate) fn given_up(&self) -> Option<GivenUp> {
        self.files.given_up()
    }

    /// The same, if it may name images.
    pub(crate) fn unread(&self) -> Option<GivenUp> {
        self.given_up().filter(GivenUp::may_name_images)
    }

    /// Looks at the processes whose files may name images. To be called before this process gives up rights: Landlock hides
    /// the folders and variables of others.
    pub(crate) fn find_readers(&self, registry: &RegistryUrl) {
        self.nearer(registry);
        self.named(registry);
    }

    fn nearer(&self, registry: &RegistryUrl) -> &[Client] {
        self.nearer.get_or_init(|| self.walked(registry).split().0.iter().filter_map(reader).collect())
    }

    fn named(&self, registry: &RegistryUrl) -> &[Client] {
        let walked = self.walked(registry);
        let named = || walked.split().1.filter(|_| !walked.is_last_without_files).and_then(reader);
        self.named.get_or_init(|| named().into_iter().collect())
    }

    /// Whether it is certain what the client does: its words name an image of the registry, or are those of a client that the
    /// table knows.
    pub(crate) fn is_known(&self, registry: &RegistryUrl) -> bool {
        let Walked { ancestors, owners, .. } = self.walked(registry);
        owners.as_ref().is_some_and(|owners| !owners.is_empty())
            || ancestors.iter().any(|client| Command::parse(&client.words()).reads_files().is_some())
    }

    /// What was typed, in short, for a hint: `docker compose build --push`. That of the client whose words name the images,
    /// or of the outermost that reads files: compose starts buildx.
    pub(crate) fn command(&self, registry: &RegistryUrl) -> Option<String> {
        let ancestors = &self.walked(registry).ancestors;
        let reader =
            ancestors.iter().rev().map(Ancestor::words).find(|words| Command::parse(words).reads_files() == Some(true));
        let words = reader.or_else(|| Some(ancestors.last()?.words()))?;
        let command = Command::parse(&words);
        let push = if words.iter().any(|word| word == "--push") { " --push" } else { "" };
        let first = command.verbs.first()?;
        // `docker-compose push` or, where its plugin runs, `docker-compose compose push`: typed as `docker compose push`.
        let joint = if words.iter().any(|word| word == first) { " " } else { "-" };
        Some(format!("{}{joint}{}{push}", command.program, command.verbs.join(" ")))
    }
}

/// The owner of the image in `docker logout IMAGE`, which tells its helper the host alone. Only who started this process
/// tells: a script above it can be about anything.
pub(crate) fn logged_out(registry: &RegistryUrl) -> Option<Identity> {
    let client = ancestors().next().filter(|client| client.may_name(registry))?;
    client.words().iter().skip_while(|word| *word != "logout").find_map(|word| owner_of(word, registry))
}

/// The working folder by the name that Go's clients give it: `$PWD`, where that is the same folder. It may lead through a link,
/// from which `..` then leads elsewhere.
fn named_folder(folder: PathBuf, by_variable: Option<&String>) -> PathBuf {
    let named = by_variable.map(PathBuf::from).filter(|named| named.is_absolute() && *named != folder);
    named.filter(|named| is_same(named, &folder)).unwrap_or(folder)
}

fn reader(ancestor: &Ancestor) -> Option<Client> {
    let words = ancestor.words();
    if !may_read_images(&Command::parse(&words)) {
        return None;
    }
    let words = words.into_iter().map(Cow::into_owned).collect();
    let variables = ancestor.variables()?;
    let folder = text_of(named_folder(ancestor.folder()?, variables.get("PWD")).as_os_str()).into_owned().into();
    Some(Client { words, folder, variables })
}
