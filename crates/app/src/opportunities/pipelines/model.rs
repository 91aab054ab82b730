//! A pipeline with its stages, and what a client may say about one.

use leadhold_kernel::{Id, Patch, Timestamp, id};

/// A pipeline with its stages in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// Its id.
    pub id: Id<id::Pipeline>,
    /// Its location.
    pub location_id: Id<id::Location>,
    /// Its name.
    pub name: String,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
    /// How the board colours its deals.
    pub color_render_mode: ColorRenderMode,
    /// Whether a deal's own probability counts, and not only its stage's.
    pub use_opportunity_probability: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Its stages.
    pub stages: Vec<Stage>,
}

/// A column of a pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Its id.
    pub id: Id<id::Stage>,
    /// Its name.
    pub name: String,
    /// Its place, from 0.
    pub position: i64,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: bool,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: bool,
    /// How probably a deal in it will be won, 0 to 100.
    pub probability: Option<f64>,
}

/// How the board colours deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorRenderMode {
    /// A dot.
    Dot,
    /// A tinted background.
    BgTint,
    /// Not at all.
    None,
}

impl ColorRenderMode {
    /// The words that clients write.
    pub const NAMES: &[&str] = &["dot", "bg-tint", "none"];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dot => "dot",
            Self::BgTint => "bg-tint",
            Self::None => "none",
        }
    }

    /// The mode of a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Dot, Self::BgTint, Self::None].into_iter().find(|mode| mode.name() == name)
    }
}

/// What a client says about a pipeline, of which a creation takes the values and an update the changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PipelineFields {
    /// Its name; a creation needs one.
    pub name: Option<String>,
    /// All its stages, at least one; a creation needs them.
    pub stages: Option<Vec<StageFields>>,
    /// Whether the funnel chart shows it; yes at first.
    pub show_in_funnel: Option<bool>,
    /// Whether the pie chart shows it; yes at first.
    pub show_in_pie_chart: Option<bool>,
    /// How the board colours its deals; not at all at first.
    pub color_render_mode: Option<ColorRenderMode>,
    /// Whether a deal's own probability counts; yes at first.
    pub use_opportunity_probability: Option<bool>,
    /// Where the deals of stages go that are not among `stages` any more: the id of one that is.
    pub move_opportunities_to: Option<String>,
}

impl PipelineFields {
    /// A pipeline of this name, with stages of these names.
    #[must_use]
    pub fn named(name: &str, stages: &[&str]) -> Self {
        let stage = |name: &&str| StageFields { name: Some((*name).to_owned()), ..StageFields::default() };
        Self {
            name: Some(name.to_owned()),
            stages: Some(stages.iter().map(stage).collect()),
            ..Self::default()
        }
    }
}

/// What a client says about a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageFields {
    /// Which of the stages that are there; `None`: a new one.
    pub id: Option<String>,
    /// Its name; a new one needs one.
    pub name: Option<String>,
    /// Its place among the others; without one that in the list.
    pub position: Option<i64>,
    /// Whether the funnel chart shows it.
    pub show_in_funnel: Option<bool>,
    /// Whether the pie chart shows it.
    pub show_in_pie_chart: Option<bool>,
    /// How probably a deal in it will be won, 0 to 100.
    pub probability: Patch<f64>,
}
