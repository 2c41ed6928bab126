//! `configure-docker`: makes this program the credential helper of Docker, and of podman, for registries.

mod confirmation;
mod helpers;
mod plugin;
mod report;
mod targets;

use std::fmt::Write as _;
use std::io::Write;

use anstyle::{AnsiColor, Style};

use self::confirmation::{removes_mark, removes_secrets, replaces_helper};
use self::plugin::Plugin;
use self::report::{Outcome, Report};
use self::targets::{Entry, Targets};
use super::output::written;
use crate::app::App;
use crate::cli::Configure;
use crate::docker::config::{self, ConfigEditor, ConfiguredHelper};
use crate::domain::HelperName;
use crate::error::Error;
use crate::platform::environment::Environment;
use crate::platform::executable::NAME;
use crate::terminal::{Mark, coloured_for_stdout, print_status};
use crate::text::{escape_json, sanitize_name, shell_word};

pub(super) fn run(arguments: &Configure, app: &App, data: &mut dyn Write) -> Result<(), Error> {
    for _ in 1..config::TRIES {
        if configure(arguments, app, data)?.is_none() {
            return Ok(());
        }
    }
    configure(arguments, app, data)?.map_or(Ok(()), |changed| Err(changed.into()))
}

/// The error: another program changed a file after it was read, and what that wrote stays.
fn configure(arguments: &Configure, app: &App, data: &mut dyn Write) -> Result<Option<config::Error>, Error> {
    let mut editors = editors(arguments, app).map_err(|error| error.before(&again(arguments)))?;
    let mut targets =
        if arguments.remove { Targets::to_remove(arguments, app, &editors)? } else { Targets::to_add(arguments, app)? };
    if !arguments.remove {
        targets.confirm(arguments)?;
        helpers::refuse_others(&targets.entries, &app.environment)?;
    }
    // Every question comes before the first file is written.
    let mut reports = Vec::new();
    for editor in &mut editors {
        reports.push(edit(editor, &targets, arguments)?);
    }
    let mut plugin = edit_plugin(&mut editors[0], &targets, arguments, &app.environment)?;
    if !arguments.remove {
        targets.warn(app);
        if arguments.podman {
            report::warn_of_credential_helpers(&app.environment);
        }
    }
    if targets.entries.is_empty() && plugin.is_none() && !reports.iter().any(|report| report.removes_default) {
        print_status("No registry is configured, so there is nothing to undo.");
    }
    if arguments.dry_run {
        show(&editors, &reports, plugin.as_ref(), data)?;
        if let Some(plugin) = &plugin {
            plugin.warn(&targets.others(app), &app.environment);
        }
        return Ok(None);
    }
    if let Some(plugin) = &mut plugin {
        plugin.before_saving(&app.environment)?;
    }
    // Docker's file comes first, which alone names the plugin.
    let (mut pending, mut unsaved_file) = (plugin.as_ref(), None);
    for (editor, report) in editors.into_iter().zip(&reports) {
        let backups = editor.backups();
        let (plugin, saved) = (pending.take(), editor.save());
        if let (Some(plugin), Err(_)) = (plugin, &saved) {
            plugin.undo(&app.environment);
        }
        let saved = match saved {
            Ok(saved) => saved,
            Err(changed @ config::Error::Changed { .. }) => return Ok(Some(changed)),
            Err(error) => {
                unsaved_file.get_or_insert_with(|| unsaved(error, &targets.entries, arguments.remove));
                continue;
            }
        };
        report.print(&saved, plugin);
        // They hold nothing of the plugin.
        if arguments.remove && !targets.is_plugin_alone() {
            report::print_kept(&backups);
        }
    }
    if let Some(error) = unsaved_file {
        return Err(error);
    }
    if let Some(plugin) = &plugin {
        plugin.warn(&targets.others(app), &app.environment);
    }
    if arguments.remove {
        let names: Vec<String> = reports.iter().flat_map(Report::removed_names).collect();
        helpers::remove_unused(&names, &app.environment);
    } else {
        report::print_path_lookup(&app.environment);
        helpers::make(&targets.entries, &app.environment);
    }
    Ok(None)
}

fn edit(editor: &mut ConfigEditor, targets: &Targets, arguments: &Configure) -> Result<Report, Error> {
    let mut report = Report::new(editor.client(), editor.path(), editor.other_default()?);
    if arguments.remove && targets.are_all && editor.is_atcr_default()? {
        editor.remove_default()?;
        report.removes_default = true;
    }
    report.is_default = editor.is_atcr_default()? && !report.removes_default;
    for entry in targets.entries_for(editor, arguments)? {
        let outcome = if arguments.remove { remove(editor, &entry.key)? } else { add(editor, entry, arguments)? };
        report.outcomes.push((editor.state(&entry.key)?, outcome));
    }
    Ok(report)
}

/// `None`: there is nothing to do.
fn edit_plugin(
    editor: &mut ConfigEditor,
    targets: &Targets,
    arguments: &Configure,
    environment: &Environment,
) -> Result<Option<Plugin>, Error> {
    if !targets.plugin {
        return Ok(None);
    }
    let plugin = if arguments.remove { Plugin::remove(editor)? } else { Plugin::add(editor, arguments, environment)? };
    Ok(Some(plugin).filter(|plugin| !(targets.are_all && plugin.is_absent())))
}

/// What would be done.
fn show(
    editors: &[ConfigEditor],
    reports: &[Report],
    plugin: Option<&Plugin>,
    data: &mut dyn Write,
) -> Result<(), Error> {
    let plan = plugin.and_then(Plugin::plan);
    let mut is_any = plan.is_some();
    for (editor, report) in editors.iter().zip(reports) {
        let diff = editor.diff()?;
        is_any |= !diff.is_empty() || report.keeps_helper();
        written(write!(data, "{}", coloured_for_stdout(&coloured(&escape_json(&diff)))))?;
        report.warn();
    }
    if let Some(plan) = plan {
        print_status(plan);
    }
    if !is_any {
        print_status("Nothing to change.");
    }
    Ok(())
}

/// As git shows a diff.
fn coloured(diff: &str) -> String {
    let mut coloured = String::new();
    for line in diff.split_inclusive('\n') {
        let style = match line.as_bytes() {
            [b'-', b'-', b'-', b' ', ..] | [b'+', b'+', b'+', b' ', ..] => Style::new().bold(),
            [b'@', ..] => AnsiColor::Cyan.on_default(),
            [b'-', ..] => AnsiColor::Red.on_default(),
            [b'+', ..] => AnsiColor::Green.on_default(),
            _ => Style::new(),
        };
        let text = line.trim_end_matches('\n');
        let _ = write!(coloured, "{style}{text}{style:#}{}", &line[text.len()..]);
    }
    coloured
}

/// The command line again, for when a broken file is out of the way. Empty: then there is nothing to remove.
fn again(arguments: &Configure) -> String {
    if arguments.remove {
        return String::new();
    }
    let mut words = vec![format!("{NAME} configure-docker")];
    words.extend(arguments.registries().map(|name| shell_word(name)));
    words.extend(arguments.account.iter().map(|account| format!("--account {}", shell_word(account))));
    words.extend(arguments.repositories.iter().map(|image| format!("--repository {}", shell_word(image))));
    let flags = [(arguments.podman, "--podman"), (arguments.plugin, "--plugin"), (arguments.yes, "--yes")];
    words.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned()));
    words.join(" ")
}

/// The files to change. Of podman's those that exist, or else the one that outlasts the session.
fn editors(arguments: &Configure, app: &App) -> Result<Vec<ConfigEditor>, config::Error> {
    let mut editors = vec![ConfigEditor::docker(&app.environment)?];
    let podman = ConfigEditor::podman(&app.environment).into_iter();
    let mut podman: Vec<ConfigEditor> = if arguments.podman {
        podman.collect::<Result<_, _>>()?
    } else if targets::removes_all(arguments) {
        podman
            .filter_map(|editor| editor.map_err(|error| print_status(format!("{} {error}", Mark::Warning))).ok())
            .collect()
    } else {
        return Ok(editors);
    };
    let last = podman.len().saturating_sub(1);
    if podman.iter().all(ConfigEditor::is_missing) {
        podman.drain(..last);
    } else {
        podman.retain(|editor| !editor.is_missing());
    }
    podman.retain(|editor| editor.path() != editors[0].path());
    editors.extend(podman);
    Ok(editors)
}

fn add(editor: &mut ConfigEditor, entry: &Entry, arguments: &Configure) -> Result<Outcome, Error> {
    let state = editor.state(&entry.key).map_err(|error| error.before(&again(arguments)))?;
    if matches!(state.helper, ConfiguredHelper::Other(_)) && !replaces_helper(arguments, &state)? {
        return Ok(Outcome::NotReplaced);
    }
    let removes_mark = removes_mark(arguments, &state)?;
    if removes_mark {
        editor.remove_byte_order_mark();
    }
    let is_new = !is_configured(&state, &entry.helper);
    if is_new && editor.atcr_hosts()?.contains(&entry.key) {
        return Err(other_account(&state));
    }
    let removes_secrets = removes_secrets(arguments, &state)?;
    if is_new || removes_secrets == Some(true) {
        // Also where it is the default already: the entry tells --remove that the secrets are to be put back.
        editor.add(&entry.key, &entry.helper)?;
    }
    if removes_secrets == Some(true) {
        editor.remove_secrets(&state.plaintext_auths)?;
    }
    Ok(Outcome::Added { is_new, removes_mark, removes_secrets })
}

/// For a registry, a helper for one account counts too: somebody chose it.
fn is_configured(state: &config::State, helper: &HelperName) -> bool {
    match (helper, &state.helper) {
        (HelperName::Any, present) => present.is_ours(),
        (HelperName::Account(wanted), ConfiguredHelper::OneAccount { account, .. }) => wanted == account,
        (HelperName::Account(_), _) => false,
    }
}

fn other_account(state: &config::State) -> Error {
    let key = sanitize_name(&state.host);
    Error::new(format_args!("{} is configured for {key} already", state.program()))
        .run(format_args!("docker-credential-atcr configure-docker --remove --repository {}", shell_word(&state.host)))
}

fn remove(editor: &mut ConfigEditor, host: &str) -> Result<Outcome, Error> {
    let before = editor.state(host).map_err(|error| error.before(""))?;
    let lacked = editor.lacks(host)?;
    let name = helpers::name_at(editor, host);
    editor.remove(host)?;
    let (after, lacks) = (editor.state(host)?, editor.lacks(host)?);
    if after.helper.is_ours() {
        return Ok(Outcome::StillDefault);
    }
    let program = before.helper.is_ours().then(|| before.program());
    Ok(Outcome::Removed { program, name, restored: lacked.without(&lacks), lacks })
}

/// Names the edit to make by hand too, where the file can't be written.
fn unsaved(error: config::Error, entries: &[Entry], is_removal: bool) -> Error {
    let is_unwritable = matches!(error, config::Error::Unwritable { .. });
    let error = Error::from(error);
    if !is_unwritable || entries.is_empty() {
        return error;
    }
    let or_fix = error.hint.as_ref().map_or_else(String::new, |hint| format!("; or {hint}"));
    let joined = |shown: fn(&Entry) -> String| {
        let entries: Vec<String> = entries.iter().map(shown).collect();
        escape_json(&entries.join(", "))
    };
    if is_removal {
        // The file may have another helper for them than they would be given.
        let keys = joined(|Entry { key, .. }| format!("\"{key}\""));
        let these = if entries.len() == 1 { "this" } else { "these" };
        return error.hint(format_args!("remove {these} from its credHelpers yourself: {keys}{or_fix}"));
    }
    let entries = joined(|Entry { key, helper }| format!("\"{key}\": \"{helper}\""));
    error.hint(format_args!("add this to it yourself: \"credHelpers\": {{ {entries} }}{or_fix}"))
}
