//! SQL texts: fixed ones, made only by [`statements!`](crate::statements), and built ones that begin with their tenant.

use leadhold_kernel::{Id, id};

use crate::value::Value;

/// A fixed statement, written once for both engines (rules: `docs/sql.md`).
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    name: &'static str,
    text: &'static str,
    /// Why the statement may touch tenants' rows without naming a tenant; empty: it may not.
    across_tenants: &'static str,
}

impl Sql {
    #[doc(hidden)] // only for `statements!`: a statement made elsewhere would escape the tests that hold all of them
    #[must_use]
    pub const fn registered(name: &'static str, text: &'static str, across_tenants: &'static str) -> Self {
        Self { name, text, across_tenants }
    }

    /// The constant's name, for messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text as written, with its `{tokens}`.
    #[must_use]
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// The written reason for reading or writing across tenants, where there is one.
    #[must_use]
    pub fn across_tenants(&self) -> Option<&'static str> {
        (!self.across_tenants.is_empty()).then_some(self.across_tenants)
    }
}

/// Declares the statements of a slice and collects them in `ALL`, so that a test can prepare every one on both engines
/// and fail those that forget their tenant.
///
/// ```
/// leadhold_store::statements! {
///     /// One tag of a location.
///     pub TAG = "select name from location_tags where location_id = $1 and id = $2";
///     /// What the relay has not seen yet.
///     pub PENDING across tenants "the relay serves all of them" = "select seq from events where relayed_at is null";
/// }
/// assert_eq!(ALL.len(), 2);
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $vis:vis $name:ident $(across tenants $why:literal)? = $text:literal;)*) => {
        $($(#[$doc])* $vis const $name: $crate::Sql =
            $crate::Sql::registered(stringify!($name), $text, $crate::statements!(@why $($why)?));)*

        /// Every statement of this file.
        pub const ALL: &[$crate::Sql] = &[$($name,)*];
    };
    (@why) => { "" };
    (@why $why:literal) => { $why };
}

/// A statement built at run time, for filters that a client composes. Values are always bound, never pasted.
#[derive(Clone, Debug)]
pub struct Dynamic {
    text: String,
    params: Vec<Value<'static>>,
}

impl Dynamic {
    /// Begins with `head`, which must end where the location's id belongs: `select … where c.location_id = `.
    #[must_use]
    pub fn in_location(head: &str, location: &Id<id::Location>) -> Self {
        let mut sql = Self { text: head.to_owned(), params: Vec::new() };
        sql.bind(location.as_str().to_owned());
        sql
    }

    /// As [`Dynamic::in_location`], for an agency's own rows: `select … where company_id = `.
    #[must_use]
    pub fn in_company(head: &str, company: &Id<id::Company>) -> Self {
        let mut sql = Self { text: head.to_owned(), params: Vec::new() };
        sql.bind(company.as_str().to_owned());
        sql
    }

    /// Appends a fixed piece of text.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder for `value`.
    pub fn bind(&mut self, value: impl Into<Value<'static>>) -> &mut Self {
        self.params.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.params.len().to_string());
        self
    }

    /// Binds `value` and answers its placeholder, for a piece of text that stands in several places.
    pub fn hold(&mut self, value: impl Into<Value<'static>>) -> String {
        self.params.push(value.into());
        format!("${}", self.params.len())
    }

    /// Appends placeholders for `values` with commas between them.
    pub fn list(&mut self, values: impl IntoIterator<Item = Value<'static>>) -> &mut Self {
        for (at, value) in values.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " }).bind(value);
        }
        self
    }

    /// Appends the test whether the column before it has `part` in it, whatever characters that is made of.
    pub fn has(&mut self, part: &str) -> &mut Self {
        let mut pattern = String::from("%");
        for char in part.chars() {
            if matches!(char, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(char);
        }
        pattern.push('%');
        self.push(" like ").bind(pattern).push(" escape '!'")
    }

    /// Appends the test that a row comes after the one with these values, given each column with whether it descends: one
    /// row comparison where all directions agree, which an index answers, else step by step.
    pub fn after(&mut self, steps: &[(&str, bool, Value<'static>)]) -> &mut Self {
        let descending = steps.last().is_some_and(|(_, descending, _)| *descending);
        if steps.iter().all(|(_, direction, _)| *direction == descending) {
            let columns: Vec<_> = steps.iter().map(|(column, ..)| *column).collect();
            self.push("(").push(&columns.join(", ")).push(if descending { ") < (" } else { ") > (" });
            return self.list(steps.iter().map(|(.., value)| value.clone())).push(")");
        }
        self.push("(");
        for (at, (column, descending, value)) in steps.iter().enumerate() {
            self.push(if at == 0 { "(" } else { " or (" });
            for (column, _, value) in &steps[..at] {
                self.push(column).push(" = ").bind(value.clone()).push(" and ");
            }
            self.push(column).push(if *descending { " < " } else { " > " }).bind(value.clone()).push(")");
        }
        self.push(")")
    }

    /// Appends the condition that the row `alias` of the full-text table `table` is of the statement's location and has the
    /// words `asked` ([`leadhold_kernel::words::asked`]); without a word nothing has them.
    pub fn has_words(&mut self, table: &str, alias: &str, asked: &str) -> &mut Self {
        if asked.is_empty() {
            return self.push("1 = 0");
        }
        self.push("{words ").push(table).push(" ").push(alias).push(" ").bind(asked.to_owned()).push("}")
    }

    /// The text so far.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bound values so far.
    #[must_use]
    pub fn params(&self) -> &[Value<'static>] {
        &self.params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_statement_begins_with_its_tenant_and_binds_the_rest() {
        let here = Id::parse("ve9EPM428h8vShlRW1KT").unwrap();
        let mut sql = Dynamic::in_location("select id from contacts where location_id = ", &here);
        sql.push(" and email = ").bind("a'b").push(" and dnd = ").bind(true);
        assert_eq!(sql.text(), "select id from contacts where location_id = $1 and email = $2 and dnd = $3");
        assert_eq!(sql.params().len(), 3);
    }
}
