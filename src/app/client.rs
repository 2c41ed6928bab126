//! The client that asks, as far as its words and files tell whose images it means.

use std::borrow::Cow;
use std::cell::OnceCell;

use crate::docker::clients::{Client, GivenUp, InFiles, may_read_images, named_in_files};
use crate::domain::{Access, Command, Identity, ImageOwner, RegistryUrl, find_owners_in};
use crate::platform::ancestors::{Ancestor, ancestors};

/// The processes above this one, each read when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct AskingClient {
    /// The account for which it started a helper, if it asks for one alone.
    account: Option<Identity>,
    walked: OnceCell<Walked>,
    readers: OnceCell<Vec<Client>>,
    in_files: OnceCell<InFiles>,
}

/// Up to the nearest process whose words name an image.
#[derive(Debug, Default)]
struct Walked {
    ancestors: Vec<Ancestor>,
    owners: Vec<ImageOwner>,
    /// The last one certainly reads no files.
    is_last_without_files: bool,
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
        self.owners = owners;
        true
    }

    /// Those whose files may name images.
    fn readers(&self) -> Vec<Client> {
        let count = self.ancestors.len() - usize::from(self.is_last_without_files);
        self.ancestors[..count].iter().filter_map(reader).collect()
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

    /// The owners of the images that the nearest words name.
    pub(crate) fn in_words(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        &self.walked(registry).owners
    }

    /// The owners of the images in the files which these processes read.
    pub(crate) fn in_files(&self, registry: &RegistryUrl) -> &[ImageOwner] {
        let in_files = self.in_files.get_or_init(|| {
            let clients = self.readers(registry);
            if clients.is_empty() { InFiles::default() } else { named_in_files(clients, registry) }
        });
        &in_files.owners
    }

    /// A file that decided nothing, although it may say more, of those that were read.
    pub(crate) fn given_up(&self) -> Option<&GivenUp> {
        self.in_files.get()?.given_up.as_ref()
    }

    /// The processes whose files may name images. To be called before this process gives up rights: Landlock hides the folders
    /// and variables of others.
    pub(crate) fn readers(&self, registry: &RegistryUrl) -> &[Client] {
        self.readers.get_or_init(|| self.walked(registry).readers())
    }

    /// Whether it is certain what the client does: its words name an image of the registry, or are those of a client that the
    /// table knows.
    pub(crate) fn is_known(&self, registry: &RegistryUrl) -> bool {
        let Walked { ancestors, owners, .. } = self.walked(registry);
        !owners.is_empty() || ancestors.iter().any(|client| Command::parse(&client.words()).reads_files().is_some())
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
        (!command.verbs.is_empty()).then(|| format!("{} {}{push}", command.program, command.verbs.join(" ")))
    }
}

fn reader(ancestor: &Ancestor) -> Option<Client> {
    let words = ancestor.words();
    if !may_read_images(&Command::parse(&words)) {
        return None;
    }
    let words = words.into_iter().map(Cow::into_owned).collect();
    Some(Client { folder: ancestor.folder()?, variables: ancestor.variables()?, words })
}
