//! The names that an expression may use, and how much work it may make.

use std::cell::Cell;

use super::value::Value;

/// Of the steps that files may take, for each that an expression takes, and each character or item that it makes.
pub(super) const STEPS: usize = 40;
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
    most: usize,
    work: Cell<usize>,
    depth: Cell<usize>,
    exceeded: Cell<Option<&'static str>>,
}

impl Budget {
    pub(super) fn new(work: usize) -> Self {
        Self { most: work, work: Cell::new(work), depth: Cell::new(0), exceeded: Cell::new(None) }
    }

    pub(super) fn spent(&self) -> usize {
        self.most - self.work.get()
    }

    /// The first bound that was exceeded.
    pub(super) fn exceeded(&self) -> Option<&'static str> {
        self.exceeded.get()
    }

    pub(super) fn exceed<T>(&self, bound: &'static str) -> Option<T> {
        self.exceeded.set(self.exceeded.get().or(Some(bound)));
        None
    }

    pub(super) fn spend(&self, work: usize) -> Option<()> {
        let left = self.work.get().checked_sub(work);
        self.work.set(left.unwrap_or(0));
        if left.is_none() { self.exceed("its expressions take too many steps") } else { Some(()) }
    }

    /// What `evaluate` returns, one level deeper.
    pub(super) fn deeper<T>(&self, evaluate: impl FnOnce() -> Option<T>) -> Option<T> {
        self.spend(1)?;
        if self.depth.get() == DEEPEST {
            return self.exceed("its expressions are nested more than 300 levels deep");
        }
        self.depth.set(self.depth.get() + 1);
        let value = evaluate();
        self.depth.set(self.depth.get() - 1);
        value
    }
}
