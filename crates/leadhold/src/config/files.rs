//! `[files]`: where uploaded files lie, a folder or a bucket that speaks S3.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leadhold_app::file_store::{FileStore, Leftovers};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use serde::Deserialize;

use super::Overrides;
use crate::fault::Fault;

/// The section's settings; what each means stands in `default.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Files {
    directory: String,
    s3_bucket: String,
    s3_endpoint: String,
    s3_region: String,
    s3_access_key_id: String,
    s3_secret_access_key: String,
}

/// What the flags and the environment say about files.
#[derive(clap::Args, Debug)]
pub struct FilesFlags {
    /// The folder for uploaded files [default: `files` in the data directory]
    #[arg(long, value_name = "DIR", env = "LEADHOLD_FILES_DIR")]
    files_dir: Option<String>,

    /// A bucket for uploaded files instead of a folder; more about it in leadhold.toml, section [files]
    #[arg(long, value_name = "NAME", env = "LEADHOLD_S3_BUCKET")]
    s3_bucket: Option<String>,

    /// Where the bucket is, when not at Amazon
    #[arg(long, value_name = "URL", env = "LEADHOLD_S3_ENDPOINT")]
    s3_endpoint: Option<String>,

    /// The bucket's region
    #[arg(long, value_name = "NAME", env = "LEADHOLD_S3_REGION")]
    s3_region: Option<String>,

    /// Who asks for the bucket
    #[arg(long, value_name = "ID", env = "LEADHOLD_S3_ACCESS_KEY_ID")]
    s3_access_key_id: Option<String>,

    /// The secret of that key; give it in the environment, where other people on this machine do not read it
    #[arg(long, value_name = "SECRET", env = "LEADHOLD_S3_SECRET_ACCESS_KEY", hide_env_values = true)]
    s3_secret_access_key: Option<String>,
}

impl FilesFlags {
    /// Puts them on top of the file's settings.
    pub fn set(&self, overrides: &mut Overrides) {
        overrides
            .set("files", "directory", self.files_dir.as_deref())
            .set("files", "s3_bucket", self.s3_bucket.as_deref())
            .set("files", "s3_endpoint", self.s3_endpoint.as_deref())
            .set("files", "s3_region", self.s3_region.as_deref())
            .set("files", "s3_access_key_id", self.s3_access_key_id.as_deref())
            .set("files", "s3_secret_access_key", self.s3_secret_access_key.as_deref());
    }
}

impl Files {
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.s3_access_key_id.is_empty() != self.s3_secret_access_key.is_empty() {
            return Err(Fault::failed(
                "files.s3_access_key_id and LEADHOLD_S3_SECRET_ACCESS_KEY belong together: give both, or neither to \
                 ask as this machine's role",
            ));
        }
        let web = ["http://", "https://"].iter().any(|scheme| self.s3_endpoint.starts_with(scheme));
        if !self.s3_endpoint.is_empty() && !web {
            return Err(Fault::failed(format!(
                "files.s3_endpoint is `{}`; it must begin with http:// or https://",
                self.s3_endpoint
            )));
        }
        Ok(())
    }

    /// Opens the store, and makes the folder where it is missing.
    pub fn open(&self, data: &Path) -> Result<FileStore, Fault> {
        if !self.s3_bucket.is_empty() {
            return Ok(FileStore::new(Arc::new(self.bucket(&self.s3_bucket)?)));
        }
        let path = self.folder(data);
        let place = folder(&path)?;
        Ok(FileStore::new(Arc::new(place)).with_leftovers(Arc::new(Staged(path))))
    }

    fn folder(&self, data: &Path) -> PathBuf {
        if self.directory.is_empty() { data.join("files") } else { PathBuf::from(&self.directory) }
    }

    fn bucket(&self, name: &str) -> Result<AmazonS3, Fault> {
        let mut builder = AmazonS3Builder::new().with_bucket_name(name).with_region(&self.s3_region);
        if !self.s3_endpoint.is_empty() {
            let plain = self.s3_endpoint.starts_with("http://");
            builder = builder.with_endpoint(&self.s3_endpoint).with_allow_http(plain);
        }
        if !self.s3_access_key_id.is_empty() {
            builder = builder
                .with_access_key_id(&self.s3_access_key_id)
                .with_secret_access_key(&self.s3_secret_access_key);
        }
        builder.build().map_err(|error| Fault::failed(format!("cannot use the bucket {name}: {error}")))
    }
}

/// Each write is synced before it returns: a transaction that names the file may commit then.
fn folder(path: &Path) -> Result<LocalFileSystem, Fault> {
    let fault = |error: &dyn std::fmt::Display| {
        Fault::failed(format!("cannot keep files in {}: {error}", path.display()))
    };
    std::fs::create_dir_all(path).map_err(|error| fault(&error))?;
    let opened = LocalFileSystem::new_with_prefix(path).map_err(|error| fault(&error))?;
    Ok(opened.with_fsync(true))
}

/// The folder's files that are still coming: `NAME#1` until they are renamed. The store's own listing leaves them out.
#[derive(Debug)]
struct Staged(PathBuf);

impl Leftovers for Staged {
    fn remove(&self, day: &str) -> io::Result<u64> {
        let entries = match std::fs::read_dir(self.0.join(day)) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(0),
            other => other?,
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains('#') {
                std::fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use leadhold_app::file_store::Draft;
    use leadhold_kernel::{Error, Timestamp};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::machine::SystemRandom;

    fn files(more: &str) -> Files {
        let sections: toml::Table = toml::from_str(super::super::DEFAULT).unwrap();
        let mut section = sections["files"].as_table().unwrap().clone();
        section.extend(toml::from_str::<toml::Table>(more).unwrap());
        section.try_into().unwrap()
    }

    async fn save(store: &FileStore) -> Result<Draft, Error> {
        store.save(Timestamp(0), &SystemRandom, "a.txt", Bytes::from_static(b"hello")).await
    }

    #[tokio::test]
    async fn a_folder_is_made_and_holds_what_was_saved() {
        let data = tempfile::tempdir().unwrap();
        let store = files("").open(data.path()).unwrap();
        let draft = save(&store).await.unwrap();
        let path = data.path().join("files").join(&draft.blob);
        assert_eq!(std::fs::read(&path).unwrap(), b"hello");
        assert!(draft.blob.starts_with("1970-01-01/"), "{}", draft.blob);
        store.delete(&draft.blob).await.unwrap();
        store.delete(&draft.blob).await.unwrap();
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_bucket_gets_a_signed_request_at_its_endpoint() {
        let bucket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", bucket.local_addr().unwrap());
        let settings = format!(
            "s3_bucket = 'leads'\ns3_endpoint = '{endpoint}'\ns3_access_key_id = 'id'\ns3_secret_access_key = 'secret'"
        );
        let store = files(&settings).open(Path::new("unused")).unwrap();
        let answer = async {
            let (mut stream, _) = bucket.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"hello") {
                assert_ne!(stream.read_buf(&mut request).await.unwrap(), 0, "the request is cut off");
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\netag: \"x\"\r\ncontent-length: 0\r\n\r\n").await.unwrap();
            String::from_utf8(request).unwrap()
        };
        let (draft, request) = tokio::join!(save(&store), answer);
        let draft = draft.unwrap();
        assert!(request.starts_with(&format!("PUT /leads/{} HTTP/1.1", draft.blob)), "{request}");
        assert!(request.contains("authorization: AWS4-HMAC-SHA256 Credential=id/"), "{request}");
    }
}
