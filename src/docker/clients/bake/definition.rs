//! What the bake files define together: variables, functions, attributes and blocks, each evaluated when it is asked for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;

use super::document::{Block, Document};
use super::expression::evaluate;
use super::functions;
use super::scope::{Budget, Names, Scope};
use super::types::Type;
use super::used_names::UsedNames;
use super::value::Value;
use crate::docker::clients::dockerfile;

/// Targets of one matrix.
const LARGEST_MATRIX: usize = 256;

/// A target that a block makes: one, or one for each item of its matrix.
#[derive(Debug, Clone)]
pub(super) struct Instance {
    pub(super) name: String,
    /// The matrix' variables.
    locals: Vec<(String, Value)>,
}

pub(super) struct Definition<'a> {
    attributes: BTreeMap<&'a str, &'a Expression>,
    variables: BTreeMap<&'a str, &'a Block>,
    functions: BTreeMap<&'a str, &'a Block>,
    /// Targets and groups, in the order of the files.
    pub(super) blocks: Vec<&'a Block>,
    environment: &'a BTreeMap<String, String>,
    values: RefCell<BTreeMap<String, State>>,
    pub(super) budget: &'a Budget,
}

#[derive(Clone)]
enum State {
    /// To be asked for again is a circle.
    Running,
    Done(Value),
}

impl<'a> Definition<'a> {
    /// None if bake refuses it.
    pub(super) fn new(
        documents: &'a [Document],
        environment: &'a BTreeMap<String, String>,
        budget: &'a Budget,
    ) -> Option<Self> {
        let mut definition = Self {
            attributes: BTreeMap::new(),
            variables: BTreeMap::new(),
            functions: BTreeMap::new(),
            blocks: Vec::new(),
            environment,
            values: RefCell::default(),
            budget,
        };
        for document in documents {
            definition.attributes.extend(document.attributes.iter().map(|(name, value)| (&**name, value)));
            for block in &document.blocks {
                match &*block.kind {
                    "variable" => _ = definition.variables.insert(&block.label, block),
                    "function" => _ = definition.functions.insert(&block.label, block),
                    "target" | "group" => definition.blocks.push(block),
                    _ => {}
                }
            }
        }
        definition.check()?;
        Some(definition)
    }

    /// Bake evaluates all, and refuses the file if one has no value.
    fn check(&self) -> Option<()> {
        for name in self.variables.keys().chain(self.attributes.keys()) {
            self.variable(name)?;
        }
        for block in self.variables.values() {
            for rule in block.body.blocks.iter().filter(|rule| rule.kind == "validation") {
                self.value(rule.body.get("condition")?)?.as_bool()?.then_some(())?;
            }
        }
        for function in self.functions.values() {
            self.check_function(function, &mut BTreeSet::new())?;
        }
        Some(())
    }

    /// Bake looks for what a function uses before it is called, and follows no circle.
    fn check_function(&self, function: &'a Block, callers: &mut BTreeSet<&'a str>) -> Option<()> {
        if !callers.insert(&function.label) {
            return None;
        }
        self.budget.deeper(|| {
            let parameters = parameters(function)?;
            let variadic = function.body.get("variadic_params").and_then(name_of);
            let used = UsedNames::of(function.body.get("result")?);
            for name in &used.variables {
                let is_parameter = parameters.contains(&&**name) || variadic == Some(name);
                let is_block = matches!(&**name, "target" | "group");
                if !is_parameter && !is_block {
                    self.variable(name)?;
                }
            }
            for name in &used.functions {
                match self.functions.get(&**name) {
                    _ if functions::exists(name) => {}
                    Some(other) => self.check_function(other, callers)?,
                    None => return None,
                }
            }
            Some(())
        })?;
        callers.remove(&*function.label);
        Some(())
    }

    pub(super) fn value(&self, expression: &Expression) -> Option<Value> {
        evaluate(expression, &Scope::new(self, Vec::new()))
    }

    /// None for a name that bake refuses.
    pub(super) fn instances(&self, block: &Block) -> Option<Vec<Instance>> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let is_valid = |name: &str| !name.is_empty() && name.chars().all(is_plain);
        let name = block.body.get("name");
        if !is_valid(&block.label) || (name.is_some() && block.body.get("matrix").is_none()) {
            return None;
        }
        let mut instances = Vec::new();
        for locals in self.matrix(block)? {
            let name = match name {
                Some(name) => evaluate(name, &self.scope(&locals))?.as_text()?.to_string(),
                None => block.label.clone(),
            };
            instances.push(Some(Instance { name, locals }).filter(|instance| is_valid(&instance.name))?);
        }
        Some(instances)
    }

    /// The variables of each item: every value of each with every value of the others.
    fn matrix(&self, block: &Block) -> Option<Vec<Vec<(String, Value)>>> {
        let mut all = vec![Vec::new()];
        let Some(matrix) = block.body.get("matrix") else { return Some(all) };
        for (name, values) in self.value(matrix)?.as_object()? {
            let mut longer = Vec::new();
            for value in values.as_list()? {
                longer
                    .extend(all.iter().map(|before: &Vec<_>| [&before[..], &[(name.clone(), value.clone())]].concat()));
            }
            if longer.len() > LARGEST_MATRIX {
                return self.budget.exceed("it has a matrix of more than 256 targets");
            }
            all = longer;
        }
        Some(all)
    }

    fn scope<'s>(&'s self, locals: &'s [(String, Value)]) -> Scope<'s> {
        Scope::new(self, locals.iter().map(|(name, value)| (&**name, value.clone())).collect())
    }

    /// Null for an attribute that the block does not have.
    pub(super) fn instance_value(&self, block: &Block, instance: &Instance, attribute: &str) -> Option<Value> {
        match (attribute, block.body.get(attribute)) {
            ("name", _) => Some(Value::string(&*instance.name)),
            (_, Some(expression)) => evaluate(expression, &self.scope(&instance.locals)),
            (_, None) => Some(Value::Null),
        }
    }

    /// A name's value, computed once.
    fn once(&self, name: String, compute: impl FnOnce() -> Option<Value>) -> Option<Value> {
        match self.values.borrow().get(&name) {
            Some(State::Done(value)) => return Some(value.clone()),
            Some(State::Running) => return None,
            None => {}
        }
        self.values.borrow_mut().insert(name.clone(), State::Running);
        let value = compute()?;
        self.values.borrow_mut().insert(name, State::Done(value.clone()));
        Some(value)
    }

    /// The default, or what the environment has in its place.
    fn default_or_environment(&self, name: &str) -> Option<Value> {
        let variable = self.variables.get(name);
        let declared = match variable.and_then(|variable| variable.body.get("type")) {
            Some(expression) => Some(Type::parse(expression)?),
            None => None,
        };
        let expression = self.attributes.get(name).copied().or_else(|| variable?.body.get("default"));
        let default = match expression {
            Some(expression) => {
                let value = self.value(expression)?;
                Some(declared.as_ref().map_or(Some(value.clone()), |each| each.convert(&value))?)
            }
            None => None,
        };
        let json = self.environment.get(&format!("{name}_JSON")).filter(|_| self.takes_json(name));
        match (self.environment.get(name), json, variable, &declared) {
            (_, Some(json), Some(_), Some(declared)) => {
                declared.convert(&Value::from_json(&serde_json::from_str(json).ok()?)?)
            }
            (Some(text), _, Some(_), Some(declared)) => declared.parse_text(text),
            (Some(text), _, Some(_), None) => Type::of(default.as_ref().unwrap_or(&Value::Null))?.parse_text(text),
            _ if default.is_some() => default,
            (_, _, Some(_), Some(_)) => Some(Value::Null),
            (_, _, Some(_), None) => Some(Value::string("")),
            _ => None,
        }
    }

    fn takes_json(&self, name: &str) -> bool {
        !self.variables.contains_key(&*format!("{name}_JSON"))
    }

    fn call_own(&self, function: &Block, arguments: &[Value]) -> Option<Value> {
        let parameters = parameters(function)?;
        let variadic = function.body.get("variadic_params").and_then(name_of);
        let (fixed, more) = arguments.split_at_checked(parameters.len())?;
        let mut locals: Vec<(&str, Value)> = parameters.into_iter().zip(fixed.iter().cloned()).collect();
        match variadic {
            Some(name) => locals.push((name, Value::list(more.to_vec())?)),
            None if !more.is_empty() => return None,
            None => {}
        }
        evaluate(function.body.get("result")?, &Scope::new(self, locals))
    }
}

impl Names for Definition<'_> {
    fn variable(&self, name: &str) -> Option<Value> {
        match name {
            "BAKE_CMD_CONTEXT" => return Some(Value::string("cwd://")),
            "BAKE_LOCAL_PLATFORM" => return Some(Value::string(dockerfile::own_platform())),
            _ => {}
        }
        self.once(name.to_owned(), || self.default_or_environment(name))
    }

    /// Of the last block that makes a target of that name, as bake has it.
    fn attribute(&self, kind: &str, name: &str, attribute: &str) -> Option<Value> {
        self.once(format!("{kind}.{name}.{attribute}"), || {
            for block in self.blocks.iter().rev().filter(|block| block.kind == kind) {
                // A block of another name can make it by its matrix alone.
                if block.label != name && block.body.get("matrix").is_none() {
                    continue;
                }
                if let Some(instance) = self.instances(block)?.into_iter().find(|instance| instance.name == name) {
                    return self.instance_value(block, &instance, attribute);
                }
            }
            None
        })
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Option<Value> {
        let value = match self.functions.get(function) {
            Some(own) if !functions::exists(function) => self.call_own(own, arguments)?,
            _ => functions::call(function, arguments)?,
        };
        self.budget.spend(value.size())?;
        Some(value)
    }

    fn budget(&self) -> &Budget {
        self.budget
    }
}

fn parameters(function: &Block) -> Option<Vec<&str>> {
    match function.body.get("params")? {
        Expression::Array(names) => names.iter().map(name_of).collect(),
        _ => None,
    }
}

/// A plain name; in JSON it is in quotes.
fn name_of(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::Variable(name) => Some(name.as_str()),
        Expression::String(name) => Some(name.as_str()),
        _ => None,
    }
}
