//! Where the rooms are joined: settings in, a running service's parts out.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::access::Access;
use crate::blob::{BlobStore, FsStore, S3Config, S3Store};
use crate::catalog::{Catalog, PostgresCatalog, Quota, SqliteCatalog};
use crate::config::{Config, Database, Storage, Store};
use crate::delivery::{self, Delivery};
use crate::disk;
use crate::gallery::{Events, Gallery};
use crate::ingest::{Ingest, Resumables};
use crate::maintenance::{self, Maintenance, check_identity};
use crate::sandbox::Sandbox;
use crate::spool::{Cap, Spool};
use crate::telemetry::Metrics;
use crate::threads::CpuPool;
use crate::worker::{self, Worker};

/// Most batches received at a time; each holds a thread while it comes in.
const MAX_BATCHES: usize = 64;
/// Most uploads that wait to have their header read.
const MAX_PROBES: usize = 4096;
/// Longest that reading a header may take, on a slow disk too.
const PROBE_TIME: Duration = Duration::from_mins(1);
/// Most pictures that wait for memory or a thread, per thread.
const WAITING_PER_THREAD: usize = 64;

/// Everything that a request or a command may need. A request clones it several times over, which costs next to nothing.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// What the service consists of.
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// What URLs in answers begin with.
    pub public_url: Arc<str>,
    /// Who holds what.
    pub catalog: Arc<dyn Catalog>,
    /// Where bytes are.
    pub blobs: Arc<dyn BlobStore>,
    /// The way in.
    pub ingest: Ingest,
    /// The way in by pieces.
    pub resumables: Resumables,
    /// The way out.
    pub delivery: Delivery,
    /// Lists.
    pub gallery: Gallery,
    /// What happens.
    pub events: Events,
    /// Who may do what.
    pub access: Access,
    /// Processing.
    pub worker: Worker,
    /// Housekeeping.
    pub maintenance: Maintenance,
    /// Metrics.
    pub metrics: Metrics,
    /// Places for batches being received.
    pub batches: Arc<Semaphore>,
    /// Jobs that are under way.
    pub tasks: TaskTracker,
    /// Cancelled when the service is to stop.
    pub stop: CancellationToken,
}

impl App {
    /// Opens catalogue, store and spool, and joins everything. Fails on a store that belongs to another catalogue.
    ///
    /// # Errors
    /// Whatever cannot be opened, by name.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let access = Access::new(config.auth.clone())?;
        let catalog = open_catalog(&config.storage).await?;
        let blobs = open_store(&config).await?;
        check_identity(&*catalog, &*blobs).await?;
        let spool = open_spool(&config).with_context(|| {
            format!(
                "cannot use the spool in {}",
                config.storage.data_dir.display()
            )
        })?;
        let limits = &config.limits;
        let fonts = limits.imaging.system_fonts;
        let sandbox = Sandbox::start(limits.sandbox, limits.cpu_threads, fonts)
            .context("cannot start with SANDBOX as it is")?;
        Ok(Self::join(
            config, access, &catalog, &blobs, &spool, &sandbox,
        ))
    }

    #[allow(clippy::too_many_lines)] // one list of what there is reads better than its pieces
    fn join(
        config: Config,
        access: Access,
        catalog: &Arc<dyn Catalog>,
        blobs: &Arc<dyn BlobStore>,
        spool: &Spool,
        sandbox: &Sandbox,
    ) -> Self {
        let (metrics, tasks, stop) = (Metrics::new(), TaskTracker::new(), CancellationToken::new());
        let (catalog, blobs) = (|| Arc::clone(catalog), || Arc::clone(blobs));
        let limits = &config.limits;
        let (threads, imaging) = (limits.cpu_threads, limits.imaging);
        let pictures = CpuPool::new(
            threads,
            limits.memory_budget_bytes,
            threads * WAITING_PER_THREAD,
            config.worker.picture_time_limit,
        );
        // Headers are read beside the pictures in work, or every answer would wait for somebody's thumbnails.
        let probes = CpuPool::new(
            threads * 2,
            limits.memory_budget_bytes,
            MAX_PROBES,
            PROBE_TIME,
        );
        let settings = worker::Settings {
            lease: config.worker.claim_lease,
            poll: config.worker.poll_interval,
            object_lease: config.worker.upload_lease,
            jobs: threads * WAITING_PER_THREAD / 2,
            limits: imaging,
        };
        let worker = Worker::new(
            catalog(),
            blobs(),
            pictures.clone(),
            sandbox.clone(),
            spool.clone(),
            settings,
            metrics.clone(),
            tasks.clone(),
            stop.clone(),
        );
        let lease = config.worker.upload_lease;
        let quota = Quota {
            size_bytes: limits.quota_bytes,
            count: limits.quota_files,
        };
        let (expiry, max_resumable) = (limits.resumable_expiry, limits.max_resumable);
        let ingest = Ingest::new(
            spool.clone(),
            catalog(),
            blobs(),
            probes,
            sandbox.clone(),
            imaging,
            worker.clone(),
            lease,
            quota,
            limits.policies.clone(),
            metrics.clone(),
        );
        let housekeeping = maintenance::Settings {
            interval: config.worker.maintenance_interval,
            lease: config.worker.claim_lease,
            trash_keep: config.storage.trash_keep,
            rendition_bytes: limits.rendition_bytes,
            scrub_bytes_per_second: config.worker.scrub_bytes_per_second,
            scrub_interval: config.worker.scrub_interval,
            trash_retention: config.storage.trash_retention,
        };
        let delivery = delivery::Settings {
            imaging,
            cache_bytes: limits.delivery_cache_bytes,
            redirect: config.storage.delivery_redirect,
            lease: config.worker.claim_lease,
        };
        let public_url = config.http.public_url.clone();
        let public_url =
            public_url.unwrap_or_else(|| format!("http://{}/api/v1", config.http.address()));
        Self(Arc::new(Parts {
            config,
            public_url: public_url.into(),
            catalog: catalog(),
            blobs: blobs(),
            resumables: Resumables::new(ingest.clone(), expiry, max_resumable, tasks.clone()),
            ingest,
            delivery: Delivery::new(
                catalog(),
                blobs(),
                pictures,
                sandbox.clone(),
                spool.clone(),
                delivery,
                metrics.clone(),
                tasks.clone(),
            ),
            gallery: Gallery::new(catalog()),
            events: Events::new(catalog()),
            access,
            worker,
            maintenance: Maintenance::new(catalog(), blobs(), housekeeping, metrics.clone()),
            metrics,
            batches: Arc::new(Semaphore::new(MAX_BATCHES)),
            tasks,
            stop,
        }))
    }
}

/// Opens the catalogue and brings its schema up to date.
///
/// # Errors
/// When it cannot be reached or migrated.
pub async fn open_catalog(storage: &Storage) -> anyhow::Result<Arc<dyn Catalog>> {
    Ok(match &storage.database {
        Database::Sqlite(path) => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
            }
            let catalog = SqliteCatalog::open(path).await;
            Arc::new(
                catalog.with_context(|| format!("cannot open the catalogue {}", path.display()))?,
            )
        }
        Database::Postgres { url, connections } => {
            let catalog = PostgresCatalog::connect(url.expose_secret(), *connections).await;
            Arc::new(catalog.context("cannot open the catalogue in DATABASE_URL")?)
        }
    })
}

fn open_spool(config: &Config) -> std::io::Result<Spool> {
    let folder = config.storage.data_dir.join("spool");
    let spool = Spool::open(&folder, config.limits.max_upload_bytes)?;
    let room = disk::room(&folder)?;
    let max_bytes = config.limits.spool_bytes;
    Ok(spool.with_cap(Cap {
        max_bytes: max_bytes.unwrap_or(room.free_bytes / 2),
        keep_free_bytes: keep_free(config, room),
    }))
}

/// A twentieth of a disk, at most 1 GiB, unless it is said.
fn keep_free(config: &Config, room: disk::Room) -> u64 {
    let asked = config.limits.keep_free_bytes;
    asked.unwrap_or((room.total_bytes / 20).min(1 << 30))
}

/// Opens the store.
///
/// # Errors
/// When it cannot be reached or used.
pub async fn open_store(config: &Config) -> anyhow::Result<Arc<dyn BlobStore>> {
    Ok(match &config.storage.store {
        Store::Files(root) => {
            let store = FsStore::open(root.clone()).await;
            let store =
                store.with_context(|| format!("cannot open the store in {}", root.display()))?;
            Arc::new(store.keeping_free(keep_free(config, disk::room(root)?)))
        }
        Store::S3 {
            endpoint,
            region,
            bucket,
            access_key,
            secret_key,
            prefix,
        } => {
            let store = S3Store::new(S3Config {
                endpoint: endpoint.clone(),
                region: region.clone(),
                bucket: bucket.clone(),
                access_key: access_key.expose_secret().to_owned(),
                secret_key: secret_key.expose_secret().to_owned(),
                prefix: prefix.clone(),
            });
            store
                .ensure_bucket()
                .await
                .with_context(|| format!("cannot use the bucket {bucket}"))?;
            Arc::new(store)
        }
    })
}
