//! Everything that `status` shows.

use crate::app::App;
use crate::app::account_status::{self, AccountStatus, RegistryStatus};
use crate::cli::Status;
use crate::commands::{account_helper, device_json, path_lookup, wanted_accounts};
use crate::docker::config;
use crate::error::{Error, Hint};
use crate::platform::executable::{NAME, find};
use crate::terminal::Mark;
use crate::text::short_path;

pub(super) struct Overview {
    /// That `ATCR_ACCOUNT` names nothing, which no registry can select an account for.
    pub(super) malformed: Option<Error>,
    pub(super) registries: Vec<Registry>,
    /// Each with its fix.
    pub(super) warnings: Vec<(String, Hint)>,
    /// device.json
    pub(super) file: String,
    /// The same for a person, from the home folder on.
    pub(super) short_file: String,
}

pub(super) struct Registry {
    pub(super) status: RegistryStatus,
    /// What Docker's config.json says about it.
    config: Result<config::State, config::Error>,
    rivals: Vec<config::Rival>,
    /// What keeps the helper for one account from working that the file names.
    pub(super) helper_problems: Vec<(String, Option<Hint>)>,
    /// Whether that helper is on PATH.
    pub(super) is_on_path: bool,
    /// What keeps this program from being found there, and what fixes it.
    pub(super) missing: Option<(String, Option<Hint>)>,
}

pub(super) fn load(arguments: &Status, app: &App) -> Result<Overview, Error> {
    let (registries, unread) = app.registries()?;
    let (registry, account) = (arguments.registry(), arguments.account.as_deref());
    let mut statuses = wanted_accounts::load(registry, account, "status", &registries, app)?;
    if arguments.offline {
        account_status::load_cached(app, &mut statuses);
    } else {
        account_status::check(app, &mut statuses);
    }
    let malformed = app.environment.account().err();
    let mut select_errors = statuses.iter().filter_map(|status| status.select_error.as_ref());
    let malformed = malformed.and_then(|error| select_errors.find(|one| one.message == error.message).cloned());
    let mut registries = Vec::new();
    for status in statuses {
        registries.push(Registry::load(status, app));
    }
    let path = device_json::path(app);
    let short_file = short_path(&path, app.environment.home.as_deref());
    let file = path.display().to_string();
    let mut warnings = device_json::permission_warnings(app);
    let not_needed = || Hint::text("it is not needed beside an account of the environment");
    warnings.extend(unread.map(|error| (error.to_string(), error.hint().unwrap_or_else(not_needed))));
    warnings.extend(config::strangers(&app.environment).into_iter().map(|(_, message, hint)| (message, hint)));
    Ok(Overview { malformed, registries, warnings, file, short_file })
}

impl Registry {
    fn load(status: RegistryStatus, app: &App) -> Self {
        let host = status.registry.host();
        let (config, rivals) = (config::state(&app.environment, &host), config::rivals(&app.environment, &host));
        let mut helper_problems = Vec::new();
        let mut program = NAME.to_owned();
        if let Ok(state) = &config {
            helper_problems = account_helper::problems(state, app);
            program = state.program();
        }
        let is_on_path = find(&program, app.environment.search_path().as_deref()).is_some();
        let missing = path_lookup::missing(&app.environment);
        Self { status, config, rivals, helper_problems, is_on_path, missing }
    }

    pub(super) fn is_configured(&self) -> bool {
        self.config.as_ref().is_ok_and(config::State::uses_atcr)
    }

    /// What is wrong with the file, whichever helper it names, and what fixes it.
    pub(super) fn problem(&self) -> Option<(String, Option<Hint>)> {
        match &self.config {
            Err(error) => Some((error.to_string(), error.hint())),
            Ok(state) => Some((state.warning()?, state.fix())),
        }
    }

    /// Which helper Docker uses, in the words of `doctor`.
    pub(super) fn usage(&self) -> Option<String> {
        self.config.as_ref().ok().map(config::State::usage)
    }

    /// What a client uses instead of any helper.
    pub(super) fn rivals(&self) -> Vec<(String, Hint)> {
        let host = self.status.registry.host();
        self.rivals.iter().map(|rival| (rival.warning(&host), rival.fix(&host))).collect()
    }

    /// What Docker uses instead, where it does not use this helper.
    pub(super) fn unused(&self) -> Option<(String, Option<Hint>)> {
        let state = self.config.as_ref().ok().filter(|state| !state.helper.is_ours())?;
        Some((state.usage(), state.fix()))
    }
}

impl Overview {
    /// Whether an error is that of every registry.
    pub(super) fn is_everywhere(&self, error: &Error) -> bool {
        self.malformed.as_ref().is_some_and(|malformed| malformed.message == error.message)
    }

    /// Fails where a registry would reject accounts, or none can be selected.
    pub(super) fn check(&self) -> Result<(), Error> {
        if let Some(error) = &self.malformed {
            return Err(error.clone());
        }
        let accounts: Vec<&AccountStatus> = self.registries.iter().flat_map(|one| &one.status.accounts).collect();
        let bad = accounts.iter().filter(|account| account.result.mark() == Mark::Bad).count();
        if bad > 0 {
            return Err(match accounts.len() {
                1 => Error::new("the account can't be used"),
                all => Error::new(format_args!("{bad} of {all} accounts can't be used")),
            });
        }
        let blocked = self.registries.iter().find(|one| one.status.is_blocked);
        match blocked.and_then(|one| one.status.select_error.clone()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
