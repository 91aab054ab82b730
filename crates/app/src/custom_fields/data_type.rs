//! What a field's values are, in the real service's spelling.

macro_rules! data_types {
    ($($(#[$doc:meta])* $type:ident => $name:literal;)*) => {
        /// What a field's values are.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DataType { $($(#[$doc])* $type,)* }

        impl DataType {
            /// The words that clients write, in the real service's spelling.
            pub const NAMES: &[&str] = &[$($name,)*];

            /// The word for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$type => $name,)* }
            }

            /// The type of a word.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$type),)* _ => None }
            }
        }
    };
}

impl DataType {
    /// The word where fields of objects are read: an address is a line of text there.
    #[must_use]
    pub fn read_name(self) -> &'static str {
        if self == Self::Email { Self::Text.name() } else { self.name() }
    }

    /// Whether its values are among given choices, or stand in given boxes.
    #[must_use]
    pub fn has_options(self) -> bool {
        match self {
            Self::Checkbox
            | Self::SingleOptions
            | Self::MultipleOptions
            | Self::Radio
            | Self::TextboxList => true,
            Self::Text | Self::LargeText | Self::Numerical | Self::Phone | Self::Monetory | Self::Float => {
                false
            }
            Self::Time | Self::Date | Self::FileUpload | Self::Signature | Self::Email => false,
        }
    }
}

data_types! {
    /// One line.
    Text => "TEXT";
    /// Several lines.
    LargeText => "LARGE_TEXT";
    /// A number.
    Numerical => "NUMERICAL";
    /// A telephone number, normalised as contacts' own.
    Phone => "PHONE";
    /// An amount of money.
    Monetory => "MONETORY";
    /// Several of the choices.
    Checkbox => "CHECKBOX";
    /// One of the choices.
    SingleOptions => "SINGLE_OPTIONS";
    /// Several of the choices.
    MultipleOptions => "MULTIPLE_OPTIONS";
    /// A number.
    Float => "FLOAT";
    /// A time of the day, as text.
    Time => "TIME";
    /// A day.
    Date => "DATE";
    /// A text in each of several labelled boxes.
    TextboxList => "TEXTBOX_LIST";
    /// Uploaded files.
    FileUpload => "FILE_UPLOAD";
    /// A drawn signature.
    Signature => "SIGNATURE";
    /// One of the choices.
    Radio => "RADIO";
    /// An e-mail address.
    Email => "EMAIL";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_have_the_services_names() {
        assert_eq!(DataType::NAMES.len(), 16);
        for name in DataType::NAMES {
            assert_eq!(DataType::parse(name).map(DataType::name), Some(*name));
        }
        assert_eq!(DataType::parse("MONETARY"), None);
    }
}
