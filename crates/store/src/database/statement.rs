//! SQL as registered constants, and one statement written for several rows.

use std::fmt::Write;
use std::sync::OnceLock;

use crate::database::value::Value;

/// One SQL statement, the same text for both databases but for how a long list of parameters is numbered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    /// As SQLite reads it.
    pub(crate) sqlite: &'static str,
    /// As PostgreSQL reads it.
    pub(crate) postgres: &'static str,
}

impl Statement {
    /// The same text for both.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// Declares a module's statements and the list of them, so that none is left out of the test that
/// prepares each on both databases.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: $crate::database::statement::Statement =
            $crate::database::statement::Statement::new($sql);)*

        /// Every statement of this module.
        #[cfg(test)]
        pub(crate) const STATEMENTS: &[$crate::database::statement::Statement] = &[$($name),*];
    };
}
pub(crate) use statements;

/// How many rows one text may have. A statement costs far more than a row, and each text is prepared
/// once on each connection, so there are few of them.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// A statement whose text repeats one group of parameters: the rows of an INSERT, or a list of keys.
#[derive(Debug)]
pub(crate) struct Repeated {
    head: &'static str,
    /// One group; `#` stands for the next parameter.
    group: &'static str,
    tail: &'static str,
    /// The parameters `$1` to `$fixed` are written in the head or the tail.
    fixed: usize,
    texts: [OnceLock<Statement>; SIZES.len()],
}

impl Repeated {
    pub(crate) const fn new(
        head: &'static str,
        group: &'static str,
        tail: &'static str,
        fixed: usize,
    ) -> Self {
        let texts = [const { OnceLock::new() }; SIZES.len()];
        Self { head, group, tail, fixed, texts }
    }

    /// The rows cut into statements; each row's own parameters follow the fixed ones.
    pub(crate) fn of_rows(
        &self,
        fixed: &[Value],
        rows: Vec<Vec<Value>>,
    ) -> Vec<(Statement, Vec<Value>)> {
        let mut statements = Vec::new();
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let place =
                SIZES.iter().position(|size| *size <= rows.len()).unwrap_or(SIZES.len() - 1);
            let mut values = fixed.to_vec();
            values.extend(rows.by_ref().take(SIZES[place]).flatten());
            statements.push((self.text(place), values));
        }
        statements
    }

    /// The keys cut into as few statements as there can be; the last key is repeated to fill one up.
    pub(crate) fn of_keys(
        &self,
        fixed: &[Value],
        keys: impl IntoIterator<Item = Value>,
    ) -> Vec<(Statement, Vec<Value>)> {
        let keys: Vec<Value> = keys.into_iter().collect();
        let mut statements = Vec::new();
        for part in keys.chunks(SIZES[0]) {
            let fits = SIZES.iter().rposition(|size| *size >= part.len()).unwrap_or(0);
            let mut values = fixed.to_vec();
            values.extend(part.iter().cycle().take(SIZES[fits]).cloned());
            statements.push((self.text(fits), values));
        }
        statements
    }

    /// One text of each size, for the test that prepares them.
    #[cfg(test)]
    pub(crate) fn all(&self) -> impl Iterator<Item = Statement> + '_ {
        (0..SIZES.len()).map(|place| self.text(place))
    }

    fn text(&self, place: usize) -> Statement {
        *self.texts[place].get_or_init(|| {
            let numbered = Statement::new(self.write(SIZES[place], true).leak());
            // SQLite looks a numbered parameter up in a list as long as there are parameters: a thousand of
            // them cost more than writing their rows does.
            match self.fixed {
                0 => Statement { sqlite: self.write(SIZES[place], false).leak(), ..numbered },
                _ => numbered,
            }
        })
    }

    fn write(&self, groups: usize, is_numbered: bool) -> String {
        let mut text = self.head.to_owned();
        let mut parameter = self.fixed;
        for group in 0..groups {
            if group > 0 {
                text.push_str(", ");
            }
            for c in self.group.chars() {
                match c {
                    '#' if is_numbered => {
                        parameter += 1;
                        write!(text, "${parameter}").expect("writing to a String cannot fail");
                    }
                    '#' => text.push('?'),
                    c => text.push(c),
                }
            }
        }
        text.push_str(self.tail);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static ROWS: Repeated = Repeated::new("INSERT INTO t (a, b) VALUES ", "(#, #)", "", 0);
    static KEYS: Repeated = Repeated::new("DELETE FROM t WHERE x = $1 AND a IN (", "#", ")", 1);

    #[test]
    fn rows_are_cut_into_the_sizes_that_fit() {
        let rows = (0..22).map(|n| vec![Value::from(n), Value::from(n)]).collect();
        let parts = ROWS.of_rows(&[], rows);
        let sizes: Vec<usize> = parts.iter().map(|(_, values)| values.len() / 2).collect();
        assert_eq!(sizes, [16, 4, 1, 1]);
        assert_eq!(parts[2].0.postgres, "INSERT INTO t (a, b) VALUES ($1, $2)");
        assert_eq!(parts[2].0.sqlite, "INSERT INTO t (a, b) VALUES (?, ?)");
    }

    #[test]
    fn keys_are_filled_up_with_keys_that_are_there() {
        let parts = KEYS.of_keys(&[Value::from("x")], (0..3).map(Value::from));
        assert_eq!(parts.len(), 1);
        let text = "DELETE FROM t WHERE x = $1 AND a IN ($2, $3, $4, $5)";
        assert_eq!((parts[0].0.sqlite, parts[0].0.postgres), (text, text));
        assert_eq!(parts[0].1.len(), 5);
        assert!(KEYS.of_keys(&[], []).is_empty());
    }
}
