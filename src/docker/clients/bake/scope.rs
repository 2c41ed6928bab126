//! The names that an expression may use, and how much work it may make.

use std::cell::Cell;

use super::value::Value;

/// Steps, and characters or items that are made: some thousand times what a bake file needs.
const MOST_WORK: usize = 1 << 18;
/// Expressions in expressions, through variables and functions too: for the stack's sake.
const DEEPEST: usize = 300;

/// What the file defines. A trait, because its values are expressions again.
pub(super) trait Names {
    fn variable(&self, name: &str) -> Option<Value>;
    /// `target.NAME.ATTRIBUTE`
    fn attribute(&self, kind: &str, name: &str, attribute: &str) -> Option<Value>;
    fn call(&self, function: &str, arguments: &[Value]) -> Option<Value>;
    fn budget(&self) -> &Budget;
}

/// The variables of a `for`, of a function, or of a matrix, around those of the file.
pub(super) struct Scope<'a> {
    pub(super) names: &'a dyn Names,
    locals: Vec<(&'a str, Value)>,
    outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(names: &'a dyn Names, locals: Vec<(&'a str, Value)>) -> Self {
        Self { names, locals, outer: None }
    }

    pub(super) fn inner(&'a self, locals: Vec<(&'a str, Value)>) -> Self {
        Self { names: self.names, locals, outer: Some(self) }
    }

    pub(super) fn local(&self, name: &str) -> Option<&Value> {
        let local = self.locals.iter().rfind(|(local, _)| *local == name).map(|(_, value)| value);
        local.or_else(|| self.outer?.local(name))
    }

    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        self.local(name).cloned().or_else(|| self.names.variable(name))
    }
}

/// What is left. Once it is used up, nothing has a value any more.
#[derive(Debug)]
pub(super) struct Budget {
    work: Cell<usize>,
    depth: Cell<usize>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { work: Cell::new(MOST_WORK), depth: Cell::new(0) }
    }

    pub(super) fn spend(&self, work: usize) -> Option<()> {
        let left = self.work.get().checked_sub(work);
        self.work.set(left.unwrap_or(0));
        left.map(|_| ())
    }

    /// What `evaluate` returns, one level deeper.
    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> Option<T>) -> Option<T> {
        self.spend(1)?;
        if self.depth.get() == DEEPEST {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        let value = evaluate();
        self.depth.set(self.depth.get() - 1);
        value
    }
}
