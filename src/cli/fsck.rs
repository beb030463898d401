//! `fsck`: look, say what could be done, and with leave do it. Exit codes: 0 clean, 1 leaks only, 2 loss or corruption; what was
//! repaired does not count.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::{Settings, progress};
use crate::app::App;
use crate::config::duration;
use crate::maintenance::{Finding, Fsck, Remedy, Repair, Report, fsck};

/// Most orphans of one run without `--force`; less where that would be more than this part of the store.
const MAX_ORPHANS: u64 = 1000;
const ORPHANS_ONE_IN: u64 = 100;

/// Check that everything referred to is there, and everything there accounted for.
#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // flags of a command line
pub(super) struct FsckCommand {
    /// Read and hash every byte
    #[arg(long)]
    deep: bool,
    /// Make good what can be: originals from copies in the store, variants by making them again, counts by counting
    #[arg(long)]
    repair: bool,
    /// Delete keys that nothing knows, at most 1,000 and 1 % of the store
    #[arg(long)]
    delete_orphans: bool,
    /// How old such a key must be
    #[arg(long, default_value = "7d", value_parser = duration)]
    orphan_age: Duration,
    /// Delete any number of them
    #[arg(long, requires = "delete_orphans")]
    force: bool,
    /// After the database was restored from an older copy: let deletions go on
    #[arg(long)]
    reconcile: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl FsckCommand {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let app = App::open(self.settings.clone().start(Some("warn"))?).await?;
        let options = Fsck {
            deep: self.deep,
            trash_keep: app.config.storage.trash_keep,
            period: app.config.worker.maintenance_interval,
            orphan_age: self.orphan_age,
        };
        let template = "{bar:30} {percent} %  {msg}  {elapsed}";
        let bar = progress(u64::from(u16::MAX), template);
        let mut report = fsck(&*app.catalog, &*app.blobs, &options, |report| {
            bar.set_position(u64::from(report.position));
            bar.set_message(format!("{} objects checked", report.catalog_objects));
        })
        .await?;
        bar.finish_and_clear();
        if !self.json {
            print(&report);
        }
        let plan = self.plan(&report);
        if !plan.is_empty() && self.may_apply(&report, &plan)? {
            self.apply(&app, &mut report, &plan).await?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            println!(
                "{}",
                ["clean", "leaks only", "loss or corruption"][usize::from(report.exit_code())]
            );
        }
        Ok(ExitCode::from(report.exit_code()))
    }

    /// The findings that are to be repaired, the fence first.
    fn plan(&self, report: &Report) -> Vec<usize> {
        let wanted = |finding: &Finding| {
            finding.remedy.is_some_and(|remedy| match remedy {
                Remedy::CopyTwin(_)
                | Remedy::RemakeVariant(_)
                | Remedy::DropRendition(_)
                | Remedy::Recount => self.repair,
                Remedy::DeleteOrphan(_) => self.delete_orphans,
                Remedy::Reconcile => self.reconcile,
            })
        };
        let mut orphans = if self.force {
            u64::MAX
        } else {
            MAX_ORPHANS.min((report.store_keys / ORPHANS_ONE_IN).max(1))
        };
        let mut plan: Vec<usize> = (0..report.violations.len())
            .filter(|&index| {
                let finding = &report.violations[index];
                let is_orphan = matches!(finding.remedy, Some(Remedy::DeleteOrphan(_)));
                let fits = !is_orphan || orphans > 0;
                if wanted(finding) && is_orphan && fits {
                    orphans -= 1;
                }
                wanted(finding) && fits
            })
            .collect();
        plan.sort_by_key(|&index| report.violations[index].remedy != Some(Remedy::Reconcile));
        plan
    }

    fn may_apply(&self, report: &Report, plan: &[usize]) -> anyhow::Result<bool> {
        let mut out = std::io::stderr();
        let count = |name: &str| {
            let named = |index: &&usize| {
                let remedy = report.violations[**index].remedy;
                remedy.is_some_and(|remedy| remedy.name() == name)
            };
            plan.iter().filter(named).count()
        };
        writeln!(out, "plan:")?;
        for (name, what) in [
            ("reconcile", "epoch to be raised past the store's"),
            (
                "copy_twin",
                "originals to be copied from another object of the same content, where one is right",
            ),
            ("remake_variant", "variants to be made again"),
            ("recount", "counts to be taken anew"),
            ("delete_orphan", "keys that nothing knows to be deleted"),
        ] {
            match count(name) {
                0 => {}
                count => writeln!(out, "  {count} {what}")?,
            }
        }
        if self.yes {
            return Ok(true);
        }
        if !std::io::stdin().is_terminal() {
            writeln!(out, "nothing was changed: say --yes")?;
            return Ok(false);
        }
        write!(out, "go on? [y/N] ")?;
        out.flush()?;
        let mut answer = String::new();
        std::io::stdin().lock().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    async fn apply(&self, app: &App, report: &mut Report, plan: &[usize]) -> anyhow::Result<()> {
        let lease = app.config.worker.upload_lease;
        let spool = &app.ingest.spool;
        let mut repair = Repair::new(&*app.catalog, &*app.blobs, spool, lease, self.orphan_age);
        let bar = progress(
            plan.len() as u64,
            "{bar:30} {pos}/{len}  {per_sec}  {eta} left",
        );
        for &index in plan {
            let finding = &mut report.violations[index];
            finding.repaired = repair.apply(finding).await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        if !self.json {
            let done = plan
                .iter()
                .filter(|&&index| report.violations[index].repaired);
            println!("{} of {} done", done.count(), plan.len());
        }
        Ok(())
    }
}

fn print(report: &Report) {
    println!(
        "{} objects ({} originals) in the catalogue, {} keys in the store, {} young orphans, {} bytes hashed",
        report.catalog_objects,
        report.originals,
        report.store_keys,
        report.young_orphans,
        report.bytes_hashed
    );
    for Finding { violation, .. } in &report.violations {
        let weight = if violation.loss { "LOSS" } else { "leak" };
        println!("  {} {weight} {}", violation.invariant, violation.detail);
    }
}
