//! Pages for developers: their apps, tokens and requests.
