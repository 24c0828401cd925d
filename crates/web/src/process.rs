//! What the kernel says about this process. Linux only; elsewhere these figures are missing.

use std::fs;

/// Clock ticks of a second in `/proc`; 100 on every platform of Linux that we build for.
const TICKS: f64 = 100.0;

/// One look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Process {
    /// CPU seconds so far, of the program and of the kernel on its behalf.
    pub cpu_seconds: f64,
    /// Memory that is really there, in bytes.
    pub resident_bytes: i64,
    /// Open file descriptors, connections included.
    pub open_files: i64,
}

impl Process {
    /// Reads `/proc/self`.
    pub fn read() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let files = fs::read_dir("/proc/self/fd").ok()?.count();
        let open_files = i64::try_from(files).ok()?;
        Some(Self {
            cpu_seconds: cpu_seconds(&stat)?,
            resident_bytes: resident_bytes(&status)?,
            open_files,
        })
    }
}

/// Fields 14 and 15, counted after the name, which may hold anything (proc_pid_stat(5)).
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map(str::parse::<f64>);
    let (user, system) = (fields.next()?.ok()?, fields.next()?.ok()?);
    Some((user + system) / TICKS)
}

fn resident_bytes(status: &str) -> Option<i64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_ticks_and_kibibytes() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 9 0 1 2 3";
        assert_eq!(cpu_seconds(stat), Some(2.0));
        assert_eq!(cpu_seconds("7 (a) S"), None);
        assert_eq!(resident_bytes("Name:\ta\nVmRSS:\t    12 kB\n"), Some(12_288));
        assert_eq!(resident_bytes("Name:\ta\n"), None);
    }
}
