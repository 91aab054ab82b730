//! The expression language's grammar: CEL's, without messages, bytes and unsigned numbers.
//!
//! Reading is bounded by itself: a source by its length, a tree by its depth and its nodes. So neither reading nor
//! evaluating one can use up the stack.

use rust_decimal::Decimal;

/// The longest source, in bytes.
pub const MAX_SOURCE: usize = 16 * 1024;
/// The deepest tree.
const MAX_DEPTH: u16 = 64;
/// The most nodes.
const MAX_NODES: usize = 4000;

/// A part of an expression, and where in the source it stands (in bytes).
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Its place.
    pub at: usize,
    /// What it is.
    pub node: Node,
    depth: u16,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Null,
    Bool(bool),
    Number(Decimal),
    Text(String),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    Name(String),
    Field(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call { on: Option<Box<Expr>>, name: String, with: Vec<Expr> },
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// An operator between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binary {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Operators by how strongly they bind, the weakest first; within a group the longer spellings first.
const BINARY: [&[(&str, Binary)]; 5] = [
    &[("||", Binary::Or)],
    &[("&&", Binary::And)],
    &[
        ("==", Binary::Equal),
        ("!=", Binary::NotEqual),
        ("<=", Binary::LessOrEqual),
        (">=", Binary::GreaterOrEqual),
        ("<", Binary::Less),
        (">", Binary::Greater),
        ("in", Binary::In),
    ],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("/", Binary::Divide), ("%", Binary::Remainder)],
];

/// What is wrong, and where (in bytes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place.
    pub at: usize,
    /// The sentence.
    pub message: String,
}

impl Fault {
    /// A fault at a place.
    pub fn at(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// With its line and column, counted from 1.
    #[must_use]
    pub fn told(&self, source: &str) -> String {
        let before = source.get(..self.at).unwrap_or(source);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("line {line}, column {column}: {}", self.message)
    }
}

/// Reads an expression.
///
/// # Errors
/// The first fault.
pub fn parse(source: &str) -> Result<Expr, Fault> {
    if source.len() > MAX_SOURCE {
        return Err(Fault::at(0, format!("the code is longer than {MAX_SOURCE} bytes")));
    }
    let mut reader = Reader { source, at: 0, nodes: 0, depth: 0 };
    let expr = reader.choice()?;
    reader.skip();
    if reader.at < source.len() {
        return Err(reader.unexpected("the end"));
    }
    Ok(expr)
}

struct Reader<'s> {
    source: &'s str,
    at: usize,
    nodes: usize,
    /// How deep the reader itself is.
    depth: u16,
}

impl<'s> Reader<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    /// Over blanks and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with("//") {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn unexpected(&self, expected: &str) -> Fault {
        let found: String = self.rest().chars().take(20).collect();
        let found = found.split_whitespace().next().unwrap_or_default();
        let found = if found.is_empty() { "the end".to_owned() } else { format!("`{found}`") };
        Fault::at(self.at, format!("expected {expected}, found {found}"))
    }

    /// Takes a sign, if it is next. A word is a whole word; `<` is not the beginning of `<=`.
    fn take(&mut self, sign: &str) -> bool {
        self.skip();
        let Some(behind) = self.rest().strip_prefix(sign) else { return false };
        let is_word = sign.starts_with(|c: char| c.is_alphabetic());
        if is_word && behind.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
            return false;
        }
        self.at += sign.len();
        true
    }

    fn expect(&mut self, sign: &str) -> Result<(), Fault> {
        if self.take(sign) { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn node(&mut self, at: usize, node: Node) -> Result<Expr, Fault> {
        self.nodes += 1;
        let depth = 1 + deepest(&node);
        if self.nodes > MAX_NODES || depth > MAX_DEPTH {
            return Err(Fault::at(at, "the code is too large here; divide it over several steps"));
        }
        Ok(Expr { at, node, depth })
    }

    /// One level down.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::at(self.at, "the code is nested too deeply here"));
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn choice(&mut self) -> Result<Expr, Fault> {
        self.deeper(|reader| {
            let when = reader.binary(0)?;
            if !reader.take("?") {
                return Ok(when);
            }
            let yes = reader.choice()?;
            reader.expect(":")?;
            let no = reader.choice()?;
            reader.node(when.at, Node::Choice(Box::new(when), Box::new(yes), Box::new(no)))
        })
    }

    fn binary(&mut self, strength: usize) -> Result<Expr, Fault> {
        let Some(operators) = BINARY.get(strength) else { return self.unary() };
        let mut left = self.binary(strength + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.take(sign)) {
            let right = self.binary(strength + 1)?;
            left = self.node(left.at, Node::Binary(*operator, Box::new(left), Box::new(right)))?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, Fault> {
        self.skip();
        let at = self.at;
        if self.rest().starts_with('!') {
            self.at += 1;
            let inner = self.deeper(Self::unary)?;
            return self.node(at, Node::Not(Box::new(inner)));
        }
        if self.rest().starts_with('-') {
            self.at += 1;
            let inner = self.deeper(Self::unary)?;
            return self.node(at, Node::Minus(Box::new(inner)));
        }
        self.member()
    }

    fn member(&mut self) -> Result<Expr, Fault> {
        let mut expr = self.primary()?;
        loop {
            self.skip();
            let at = expr.at;
            if self.take(".") {
                self.skip();
                let name = self.name()?;
                expr = if self.take("(") {
                    let with = self.list(")")?;
                    self.node(at, Node::Call { on: Some(Box::new(expr)), name, with })?
                } else {
                    self.node(at, Node::Field(Box::new(expr), name))?
                };
            } else if self.take("[") {
                let index = self.choice()?;
                self.expect("]")?;
                expr = self.node(at, Node::Index(Box::new(expr), Box::new(index)))?;
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, Fault> {
        self.skip();
        let at = self.at;
        let first = self.rest().chars().next();
        match first {
            Some('(') => {
                self.at += 1;
                let inner = self.choice()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some('[') => {
                self.at += 1;
                let items = self.list("]")?;
                self.node(at, Node::List(items))
            }
            Some('{') => {
                self.at += 1;
                let entries = self.entries()?;
                self.node(at, Node::Map(entries))
            }
            Some('"' | '\'') => {
                let text = self.text()?;
                self.node(at, Node::Text(text))
            }
            Some(c) if c.is_ascii_digit() => {
                let number = self.number()?;
                self.node(at, Node::Number(number))
            }
            Some(c) if c.is_alphabetic() || c == '_' => {
                let name = self.name()?;
                let node = match name.as_str() {
                    "null" => Node::Null,
                    "true" => Node::Bool(true),
                    "false" => Node::Bool(false),
                    _ if self.take("(") => Node::Call { on: None, name, with: self.list(")")? },
                    _ => Node::Name(name),
                };
                self.node(at, node)
            }
            _ => Err(self.unexpected("a value")),
        }
    }

    fn list(&mut self, end: &str) -> Result<Vec<Expr>, Fault> {
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.choice()?);
            if !self.take(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }

    fn entries(&mut self) -> Result<Vec<(Expr, Expr)>, Fault> {
        let mut entries = Vec::new();
        while !self.take("}") {
            let key = self.choice()?;
            self.expect(":")?;
            entries.push((key, self.choice()?));
            if !self.take(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(entries)
    }

    fn name(&mut self) -> Result<String, Fault> {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..end];
        if name.is_empty() || name.starts_with(|c: char| c.is_numeric()) {
            return Err(self.unexpected("a name"));
        }
        self.at += end;
        Ok(name.to_owned())
    }

    fn number(&mut self) -> Result<Decimal, Fault> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let digits = |from: usize| from + bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = digits(0);
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign);
            }
        }
        let text = &rest[..end];
        let read = Decimal::from_str_exact(text).or_else(|_| Decimal::from_scientific(text));
        let number = read.map_err(|_| Fault::at(self.at, format!("`{text}` has more than 28 digits")))?;
        self.at += end;
        Ok(number)
    }

    fn text(&mut self) -> Result<String, Fault> {
        let begin = self.at;
        let mut chars = self.rest().char_indices();
        let quote = chars.next().map(|(_, c)| c);
        let mut out = String::new();
        while let Some((i, c)) = chars.next() {
            match c {
                c if Some(c) == quote => {
                    self.at += i + c.len_utf8();
                    return Ok(out);
                }
                '\\' => {
                    let (at, c) = chars.next().unwrap_or((i, '\\'));
                    out.push(match c {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        '\\' | '"' | '\'' | '/' => c,
                        'u' => {
                            let hex: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                            let code = u32::from_str_radix(&hex, 16).ok().filter(|_| hex.len() == 4);
                            let c = code.and_then(char::from_u32);
                            c.ok_or_else(|| {
                                Fault::at(begin + at, "write four hexadecimal digits behind \\u")
                            })?
                        }
                        _ => return Err(Fault::at(begin + at, format!("`\\{c}` is no escape"))),
                    });
                }
                c => out.push(c),
            }
        }
        Err(Fault::at(begin, "this text has no end"))
    }
}

fn deepest(node: &Node) -> u16 {
    let many = |exprs: &[Expr]| exprs.iter().map(|expr| expr.depth).max().unwrap_or(0);
    match node {
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) | Node::Name(_) => 0,
        Node::List(items) => many(items),
        Node::Map(entries) => entries.iter().map(|(k, v)| k.depth.max(v.depth)).max().unwrap_or(0),
        Node::Field(of, _) | Node::Not(of) | Node::Minus(of) => of.depth,
        Node::Index(a, b) | Node::Binary(_, a, b) => a.depth.max(b.depth),
        Node::Call { on, with, .. } => on.as_ref().map_or(0, |on| on.depth).max(many(with)),
        Node::Choice(a, b, c) => a.depth.max(b.depth).max(c.depth),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn fault(source: &str) -> String {
        parse(source).expect_err("a fault").told(source)
    }

    #[test]
    fn faults_say_where() {
        for (source, expected) in [
            ("", "line 1, column 1: expected a value, found the end"),
            ("1 +", "line 1, column 4: expected a value, found the end"),
            ("1 +\n  )", "line 2, column 3: expected a value, found `)`"),
            ("f(1, 2", "line 1, column 7: expected `)`, found the end"),
            ("a b", "line 1, column 3: expected the end, found `b`"),
            ("a ? 1", "line 1, column 6: expected `:`, found the end"),
            ("'abc", "line 1, column 1: this text has no end"),
            ("'a\\qc'", "line 1, column 4: `\\q` is no escape"),
            ("{'a' 1}", "line 1, column 6: expected `:`, found `1}`"),
            ("a.1", "line 1, column 3: expected a name, found `1`"),
            ("ä = 1", "line 1, column 3: expected the end, found `=`"),
        ] {
            assert_eq!(fault(source), expected, "{source}");
        }
    }

    #[test]
    fn code_that_is_too_deep_or_too_large_is_refused() {
        for source in [
            "(".repeat(5000),
            "!".repeat(5000),
            "-".repeat(5000),
            "[".repeat(5000),
            format!("1{}", "+1".repeat(5000)),
            format!("a{}", ".a".repeat(5000)),
            format!("a{}", "[a".repeat(5000)),
            format!("[{}]", "1,".repeat(5000)),
            "1?".repeat(5000),
            "f(".repeat(5000),
            "x".repeat(MAX_SOURCE + 1),
        ] {
            assert!(parse(&source).is_err(), "{}", &source[..20]);
        }
    }

    proptest! {
        #[test]
        fn never_panics(source in "([-+*/%<>=!&|?:.,()\\[\\]{}'\"\\\\a-z0-9 ü]|in|true|\\n){0,60}") {
            let _ = parse(&source).map_err(|fault| fault.told(&source));
        }
    }
}
