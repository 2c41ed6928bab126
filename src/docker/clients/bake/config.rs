//! The targets and groups of all files, and what the words select and replace.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::Definition;
use super::overrides::Overrides;
use super::scope::Budget;
use super::target::{Target, texts};
use crate::docker::clients::glob;

/// Groups in groups, and targets that inherit from others, for the stack's sake.
const DEEPEST: usize = 64;
/// The steps of a target that is made or merged, in units of the budget; names are compared several in one step.
const TARGET: usize = 40;
const NAMES: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) targets: Vec<Target>,
    /// The first of a name counts.
    pub(super) groups: Vec<(String, Vec<String>)>,
}

impl Config {
    /// Adds what HCL and JSON files define to what compose files do.
    pub(super) fn add(&mut self, definition: &Definition<'_>) -> Option<()> {
        let mut renamed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for block in &definition.blocks {
            if block.kind == "group" {
                let targets = texts(&definition.value(block.body.get("targets")?)?)??;
                self.groups.retain(|(name, _)| *name != block.label);
                self.groups.push((block.label.clone(), targets));
                continue;
            }
            let mut names = BTreeSet::new();
            for instance in definition.instances(block)? {
                let target =
                    Target::new(instance.name.clone(), |name| definition.instance_value(block, &instance, name))?;
                definition.budget.spend(TARGET + self.targets.len() / NAMES)?;
                renamed.entry(&block.label).or_default().push(instance.name.clone());
                self.add_target(target);
                if !names.insert(instance.name) {
                    return None;
                }
            }
        }
        // A block that makes targets of other names is a group of them.
        let renamed = renamed.into_iter().filter(|(label, names)| names.iter().any(|name| name != label));
        self.groups.extend(renamed.map(|(label, names)| (label.to_owned(), names)));
        Some(())
    }

    fn add_target(&mut self, target: Target) {
        match self.targets.iter_mut().find(|known| known.name == target.name) {
            Some(known) => known.merge(&target),
            None => self.targets.push(target),
        }
    }

    /// The targets that the words name, with those that they are built from.
    pub(super) fn select(&self, words: &[String], overrides: &Overrides, budget: &Budget) -> Option<Vec<Target>> {
        budget.spend(overrides.len() * self.targets.len() + words.len() * (self.targets.len() + self.groups.len()))?;
        overrides.check(&self.targets)?;
        let mut wanted = Vec::new();
        for word in words {
            for name in self.matching(word)? {
                self.add_group(&name, &mut wanted, &mut Vec::new(), budget)?;
            }
        }
        let resolved: Option<Vec<Target>> = wanted.iter().map(|name| self.resolve(name, overrides, budget)).collect();
        let mut selected = resolved?;
        for at in 0..selected.len() {
            let name = selected[at].name.clone();
            self.link(&mut vec![name], &mut selected, overrides, budget)?;
        }
        Some(selected)
    }

    /// Adds what the last target of the trail is built from. A circle is refused.
    fn link(
        &self,
        trail: &mut Vec<String>,
        selected: &mut Vec<Target>,
        overrides: &Overrides,
        budget: &Budget,
    ) -> Option<()> {
        budget.spend(1 + selected.len() / NAMES)?;
        let target = selected.iter().find(|target| Some(&target.name) == trail.last())?;
        let contexts = target.contexts.values().filter_map(|context| context.strip_prefix("target:"));
        let linked: Vec<String> = contexts.map(str::to_owned).collect();
        for name in linked {
            if trail.contains(&name) || trail.len() == DEEPEST {
                return None;
            }
            if !selected.iter().any(|target| target.name == name) {
                selected.push(Target { is_linked: true, ..self.resolve(&name, overrides, budget)? });
            }
            trail.push(name);
            self.link(trail, selected, overrides, budget)?;
            trail.pop();
        }
        Some(())
    }

    fn matching(&self, word: &str) -> Option<Vec<String>> {
        if !word.contains(['*', '?']) {
            return Some(vec![word.to_owned()]);
        }
        let names = self.groups.iter().map(|(name, _)| name).chain(self.targets.iter().map(|target| &target.name));
        let matching: Vec<String> = names.filter(|name| glob::matches(word, name)).cloned().collect();
        (!matching.is_empty()).then_some(matching)
    }

    /// A group's targets, also of groups in it. In a circle a group is taken for a target, as in bake.
    fn add_group(&self, name: &str, wanted: &mut Vec<String>, trail: &mut Vec<String>, budget: &Budget) -> Option<()> {
        budget.spend(1 + (self.groups.len() + wanted.len()) / NAMES)?;
        let group = self.groups.iter().find(|(group, _)| group == name);
        let Some((_, targets)) = group.filter(|_| !trail.iter().any(|above| above == name)) else {
            if !wanted.iter().any(|target| target == name) {
                wanted.push(name.to_owned());
            }
            return Some(());
        };
        if trail.len() == DEEPEST {
            return None;
        }
        trail.push(name.to_owned());
        for target in targets {
            self.add_group(target, wanted, trail, budget)?;
        }
        trail.pop();
        Some(())
    }

    fn resolve(&self, name: &str, overrides: &Overrides, budget: &Budget) -> Option<Target> {
        Heirs { config: self, overrides, budget, done: BTreeMap::new() }.target(name, 0)?
    }
}

/// Targets with what they inherit.
struct Heirs<'a> {
    config: &'a Config,
    overrides: &'a Overrides,
    budget: &'a Budget,
    /// None while it is not done: bake follows a circle once, and does not refuse it.
    done: BTreeMap<String, Option<Target>>,
}

impl Heirs<'_> {
    #[expect(clippy::option_option, reason = "a circle is no error")]
    fn target(&mut self, name: &str, depth: usize) -> Option<Option<Target>> {
        if let Some(target) = self.done.get(name) {
            return Some(target.clone());
        }
        self.budget.spend(TARGET + self.config.targets.len() / NAMES + self.overrides.len())?;
        self.done.insert(name.to_owned(), None);
        let own = self.config.targets.iter().find(|target| target.name == name).filter(|_| depth < DEEPEST)?;
        let mut whole = Target { name: name.to_owned(), ..Target::default() };
        for parent in &own.inherits {
            if let Some(parent) = self.target(parent, depth + 1)? {
                whole.merge(&parent);
            }
        }
        whole.merge(own);
        whole.contexts.retain(|_, context| !context.is_empty());
        self.overrides.apply(&mut whole)?;
        self.done.insert(name.to_owned(), Some(whole.clone()));
        Some(Some(whole))
    }
}
