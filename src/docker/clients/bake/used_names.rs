//! The variables and functions that an expression uses, but for the variables that it declares itself.

use std::collections::BTreeSet;

use hcl_edit::expr::{Expression, ForIntro, FuncName};
use hcl_edit::template::ForTemplateExpr;
use hcl_edit::visit::{self, Visit};

#[derive(Default)]
pub(super) struct UsedNames {
    pub(super) variables: BTreeSet<String>,
    pub(super) functions: BTreeSet<String>,
    declared: BTreeSet<String>,
}

impl UsedNames {
    pub(super) fn of(expression: &Expression) -> Self {
        let mut used = Self::default();
        used.visit_expr(expression);
        used.variables.retain(|name| !used.declared.contains(name));
        used
    }
}

impl Visit for UsedNames {
    fn visit_expr(&mut self, expression: &Expression) {
        if let Expression::Variable(name) = expression {
            self.variables.insert(name.as_str().to_owned());
        }
        visit::visit_expr(self, expression);
    }

    fn visit_func_name(&mut self, function: &FuncName) {
        self.functions.insert(function.name.as_str().to_owned());
    }

    fn visit_for_intro(&mut self, intro: &ForIntro) {
        let names = intro.key_var.iter().chain([&intro.value_var]);
        self.declared.extend(names.map(|name| name.as_str().to_owned()));
        visit::visit_for_intro(self, intro);
    }

    fn visit_for_template_expr(&mut self, begin: &ForTemplateExpr) {
        let names = begin.key_var.iter().chain([&begin.value_var]);
        self.declared.extend(names.map(|name| name.as_str().to_owned()));
        visit::visit_for_template_expr(self, begin);
    }
}
