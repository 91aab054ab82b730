//! A QR code as an inline picture.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leadhold_kernel::Error;
use qrcodegen::{QrCode, QrCodeEcc};

/// White modules around the pattern (ISO/IEC 18004).
const QUIET: i32 = 4;

/// `text` as the `data:` URL of an SVG picture.
///
/// # Errors
/// Internal, when it is too long for a QR code.
pub fn data_url(text: &str) -> Result<String, Error> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(Error::internal)?;
    let dark = (0..code.size())
        .flat_map(|y| (0..code.size()).map(move |x| (x, y)))
        .filter(|(x, y)| code.get_module(*x, *y));
    let path: String = dark.map(|(x, y)| format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET)).collect();
    let side = code.size() + 2 * QUIET;
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{path}\" fill=\"#000\"/></svg>"
    );
    Ok(format!("data:image/svg+xml;base64,{}", STANDARD.encode(svg)))
}
