//! What a hook received, as one JSON value.
//!
//! A form body and the query are objects: a repeated name and `name[]` make a list, `a[b]=1` an object in an object, as
//! PHP and its friends write nested data. Any other body must be JSON, whatever its `content-type` says. The query fills
//! in what an object in the body does not name; without a body it is all there is.

use std::collections::hash_map::DefaultHasher;

use form_urlencoded::parse;
use leadhold_kernel::Error;
use serde_json::{Map, Value};

use crate::http::{Request, parse_json};
